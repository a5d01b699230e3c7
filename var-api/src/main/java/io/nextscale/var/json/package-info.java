/** A small strict JSON reader and writer: safetensors headers, model configurations, reports. */
@NullMarked
package io.nextscale.var.json;

import org.jspecify.annotations.NullMarked;
