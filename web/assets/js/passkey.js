// Makes a passkey, or signs with one, when its form is sent. The challenge comes
// with the page, and the answer goes back as a field of the form.
const input = document.querySelector("input[data-passkey]");

const answer = async () => {
  const options = JSON.parse(input.dataset.options).publicKey;
  const credential =
    input.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  return JSON.stringify(credential);
};

input?.form.addEventListener("submit", async (event) => {
  if (input.value !== "" || event.submitter?.name === "without-passkey") return;
  event.preventDefault();
  const refused = input.form.querySelector("[data-passkey-refused]");
  refused.hidden = true;
  try {
    input.value = await answer();
    input.form.requestSubmit(event.submitter ?? undefined);
  } catch {
    refused.hidden = false;
  }
});
