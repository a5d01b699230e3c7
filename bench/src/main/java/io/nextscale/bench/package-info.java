/** JMH benchmarks, and where the time of a picture goes. */
@NullMarked
package io.nextscale.bench;

import org.jspecify.annotations.NullMarked;
