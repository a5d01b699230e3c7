/**
 * The Inception network of 2015-12-05 that the papers' evaluators share, its weights, and the
 * preparation of its input in each evaluator.
 */
@NullMarked
package io.nextscale.evaluate.inception;

import org.jspecify.annotations.NullMarked;
