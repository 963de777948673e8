/** Makes a photo small enough to send: at most 1600 pixels along its longer side, and under the hub's limit. */

import type { WordKey } from "./words.ts";

const LONGEST_PX = 1600;
const LARGEST_BYTES = 1_900_000;
/** More than this and a phone runs out of memory before it has shrunk the photo. */
export const LARGEST_FILE_BYTES = 100 << 20;
const MOST_PIXELS = 200_000_000;
const QUALITIES = [0.82, 0.7, 0.55, 0.4];

/** Why a file is not taken, as words of the page. */
export class PhotoError extends Error {
  constructor(readonly key: WordKey, readonly values: Readonly<Record<string, string | number>> = {}) {
    super(key);
  }
}

/** Returns the photo as JPEG, turned upright, without the place and camera that its file told. Rejects with `PhotoError`. */
export async function smaller(file: Blob): Promise<Blob> {
  const tooLarge = new PhotoError("photo_too_large", { mb: Math.ceil(file.size / (1 << 20)) });
  if (file.size > LARGEST_FILE_BYTES) throw tooLarge;
  const address = URL.createObjectURL(file);
  try {
    const picture = await loaded(address);
    const { naturalWidth: width, naturalHeight: height } = picture;
    if (width * height > MOST_PIXELS) throw tooLarge;
    const share = Math.min(1, LONGEST_PX / Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(width * share));
    canvas.height = Math.max(1, Math.round(height * share));
    const pen = canvas.getContext("2d");
    if (pen === null) throw tooLarge;
    pen.imageSmoothingQuality = "high";
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const body = await squeezed(canvas);
    canvas.width = canvas.height = 0; // gives its memory back at once
    if (body === undefined) throw tooLarge;
    return body;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** An image element reads the size first and decodes at the size it is drawn at: a photo of 40 MB needs little memory. */
function loaded(address: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const picture = new Image();
    picture.onload = () => (picture.naturalWidth > 0 ? resolve(picture) : reject(new PhotoError("photo_not_one")));
    picture.onerror = () => reject(new PhotoError("photo_not_one"));
    picture.src = address;
  });
}

async function squeezed(canvas: HTMLCanvasElement): Promise<Blob | undefined> {
  for (const quality of QUALITIES) {
    const body = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
    if (body !== null && body.size <= LARGEST_BYTES) return body;
  }
  return undefined;
}
