// Reads QR pictures: by the browser's own reader where it has one, else by jsQR. A
// bundle apart, since it is larger than all the rest.
import jsQR from "jsqr";

const WIDE = 1000; // pixels to which a picture is brought before it is read

let detector;
async function native() {
  if (detector === undefined) {
    const known = "BarcodeDetector" in globalThis ? await BarcodeDetector.getSupportedFormats().catch(() => []) : [];
    detector = known.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
  }
  return detector;
}

// look reads what a picture or a frame of the camera shows.
async function look(source, width, height) {
  const by = await native();
  if (by) return (await by.detect(source)).map((found) => found.rawValue);
  const scale = Math.min(1, WIDE / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  const found = jsQR(data, canvas.width, canvas.height, { inversionAttempts: "dontInvert" });
  return found ? [found.data] : [];
}

// readPicture gives the texts in a picture file.
export async function readPicture(file) {
  const picture = await createImageBitmap(file);
  try {
    return await look(picture, picture.width, picture.height);
  } finally {
    picture.close();
  }
}

// watch looks at a video again and again and says what it reads; it gives what
// ends it.
export function watch(video, say) {
  let on = true;
  const next = async () => {
    if (!on) return;
    if (video.readyState >= 2 && video.videoWidth > 0) {
      for (const text of await look(video, video.videoWidth, video.videoHeight).catch(() => [])) await say(text);
    }
    setTimeout(next, 120);
  };
  next();
  return () => (on = false);
}
