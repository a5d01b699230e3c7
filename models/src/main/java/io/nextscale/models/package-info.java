/** The embedded demo models. */
@NullMarked
package io.nextscale.models;

import org.jspecify.annotations.NullMarked;
