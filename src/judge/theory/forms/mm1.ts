import { exp, log } from '../../../kernel/math.js';

/** One server; rates per second, both above 0. Only below capacity is there an equilibrium. */
export interface OneServer {
  arrivals: number;
  /** 1 ÷ the mean work. */
  service: number;
}

/** M/M/1: mean number present, L = ρ/(1−ρ). (L. Kleinrock, "Queueing Systems I", 1975, 3.2.) */
export function mm1Present({ arrivals, service }: OneServer): number {
  return arrivals < service ? arrivals / (service - arrivals) : Infinity;
}

/** M/M/1: mean time in the system in seconds, T = 1/(μ−λ), first come first served or not. */
export function mm1Time({ arrivals, service }: OneServer): number {
  return arrivals < service ? 1 / (service - arrivals) : Infinity;
}

/** M/M/1: mean wait in seconds, ρ/(μ−λ). */
export function mm1Wait(server: OneServer): number {
  return mm1Time(server) - 1 / server.service;
}

/** M/M/1, first come first served: the time within which a share `p` is out, −ln(1−p)/(μ−λ). */
export function mm1Quantile(server: OneServer, p: number): number {
  return -log(1 - p) * mm1Time(server);
}

/** M/M/1, first come first served, nobody leaves: the share answered within `t`, 1−e^{−(μ−λ)t}. */
export function mm1Within({ arrivals, service }: OneServer, t: number): number {
  return arrivals < service ? 1 - exp(-(service - arrivals) * t) : 0;
}
