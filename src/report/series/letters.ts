/** Six bits a letter, none of which a page or a JSON text has to escape. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const PLACES = new Map([...LETTERS].map((letter, place) => [letter, place]));

/** The letter of a number from 0 to 63. */
export function letter(place: number): string {
  return LETTERS[place] as string;
}

/** The number of the letter that stands here in a text. */
export function place(text: string, at: number): number {
  return PLACES.get(text[at] as string) ?? 0;
}
