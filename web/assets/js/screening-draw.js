// Draws the pictures by which two phones hand over. A bundle apart: few need it.
import qrcode from "qrcode-generator";

// draw puts a text into a canvas as a QR picture, with its quiet margin, dark on
// light in every light.
export function draw(canvas, text) {
  const code = qrcode(0, "L");
  code.addData(text, "Byte");
  code.make();
  const n = code.getModuleCount();
  const scale = Math.max(3, Math.floor(720 / (n + 8)));
  canvas.width = canvas.height = (n + 8) * scale;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#000";
  for (let y = 0; y < n; y++) for (let x = 0; x < n; x++) if (code.isDark(y, x)) pen.fillRect((x + 4) * scale, (y + 4) * scale, scale, scale);
}
