/** The commands: one class each, and what generation and training commands share. */
@NullMarked
package io.nextscale.cli.command;

import org.jspecify.annotations.NullMarked;
