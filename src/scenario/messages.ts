// Every text that a user can get from this room, one small pure function each.

export * from './messages/admission.js';
export * from './messages/breakers.js';
export * from './messages/limits.js';
export * from './messages/shapes.js';
export * from './messages/together.js';
export * from './messages/values.js';
