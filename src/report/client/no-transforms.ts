/** Stands in for packages of Vega transforms that no chart uses. */
export {};
