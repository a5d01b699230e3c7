/**
 * Images outside the model: files, pixel arrays, edit masks, contact sheets and animated previews.
 *
 * <p>Everything here works on decoded pixels without drawing through AWT, so it needs neither a
 * display nor installed fonts.
 */
@NullMarked
package io.nextscale.var.image;

import org.jspecify.annotations.NullMarked;
