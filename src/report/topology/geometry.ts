export interface Point {
  x: number;
  y: number;
}

/** Where a part stands: its upper left corner, in pixels. */
export interface Box extends Point {
  width: number;
  height: number;
}
