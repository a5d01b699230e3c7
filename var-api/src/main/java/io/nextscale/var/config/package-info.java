/** The configuration of a network: what defines its size, read from {@code config.json}. */
@NullMarked
package io.nextscale.var.config;

import org.jspecify.annotations.NullMarked;
