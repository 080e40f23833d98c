const side = '(\\*|[A-Za-z][A-Za-z0-9_-]*(/[A-Za-z][A-Za-z0-9_-]*)?)';

/** How edges are named in `calls` and in faults: "caller -> callee", `*` for any name. */
export const EDGE_PATTERN = `^${side} -> ${side}$`;
