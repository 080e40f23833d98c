/** What the tooltip of a moment says: its span, its title, and a text a line (`l0`, `l1`, …). */
export type MomentRow = Record<string, number | string>;
