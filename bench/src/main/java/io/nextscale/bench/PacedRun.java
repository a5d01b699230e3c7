package io.nextscale.bench;

import io.nextscale.var.Timings;

/**
 * A request and how fast the machine was about then.
 *
 * @param timings of the request
 * @param product seconds of {@link Pace}'s product, the mean of one before it and one after it
 */
record PacedRun(Timings timings, double product) {}
