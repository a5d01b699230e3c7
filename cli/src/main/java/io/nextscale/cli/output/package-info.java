/**
 * Everything a command prints or writes: console, progress, error lines, listings, traces, images.
 */
@NullMarked
package io.nextscale.cli.output;

import org.jspecify.annotations.NullMarked;
