/** JMH benchmarks, and where the time of an image goes. */
@NullMarked
package io.nextscale.bench;

import org.jspecify.annotations.NullMarked;
