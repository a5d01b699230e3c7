/** The embedded demo model. */
@NullMarked
package io.nextscale.models;

import org.jspecify.annotations.NullMarked;
