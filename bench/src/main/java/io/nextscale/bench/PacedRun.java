package io.nextscale.bench;

import io.nextscale.var.Timings;

/**
 * A request and the speed of the machine around it.
 *
 * @param timings times of the request
 * @param product seconds of {@link MachinePace}'s product, the faster of the one before and the one
 *     after: the machine counts as slow only if it was slow both times
 */
record PacedRun(Timings timings, double product) {}
