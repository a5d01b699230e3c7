/**
 * A small strict JSON reader and writer, for safetensors headers, configurations and reports. Not
 * exported to applications.
 */
@NullMarked
package io.nextscale.var.json;

import org.jspecify.annotations.NullMarked;
