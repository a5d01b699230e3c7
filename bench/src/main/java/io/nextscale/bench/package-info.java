/** JMH benchmarks, profiles, and the report of how close a generation comes to the limit. */
@NullMarked
package io.nextscale.bench;

import org.jspecify.annotations.NullMarked;
