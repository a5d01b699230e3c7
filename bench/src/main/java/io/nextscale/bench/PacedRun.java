package io.nextscale.bench;

import io.nextscale.var.Timings;

/**
 * A request and how fast the machine was about then.
 *
 * @param timings of the request
 * @param product seconds of {@link MachinePace}'s product, the faster of one before and one after:
 *     only a machine that was slow at both counts as slow
 */
record PacedRun(Timings timings, double product) {}
