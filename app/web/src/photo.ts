/** Makes a photo small enough to send: at most 1600 pixels along its longer side, and under the hub's limit. */

const LONGEST_PX = 1600;
const LARGEST_BYTES = 1_900_000;
const QUALITIES = [0.82, 0.7, 0.55, 0.4];

/** Returns the photo as JPEG, turned upright, without the place and camera that its file told. Rejects what is no picture. */
export async function smaller(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const share = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * share));
  canvas.height = Math.max(1, Math.round(picture.height * share));
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("canvas");
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  for (const quality of QUALITIES) {
    const body = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
    if (body !== null && body.size <= LARGEST_BYTES) return body;
  }
  throw new Error("too large");
}
