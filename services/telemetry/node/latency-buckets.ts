/** Upper bounds in seconds, as in the Python services. A latency objective must lie on one, or it is only estimated. */
export const LATENCY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2.5, 5, 10] as const;
