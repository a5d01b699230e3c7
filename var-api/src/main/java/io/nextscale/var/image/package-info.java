/**
 * Images outside the model: files, pixel arrays, edit masks, contact sheets and animated previews.
 *
 * <p>Nothing is drawn by AWT, so neither a display nor an installed font is needed.
 */
@NullMarked
package io.nextscale.var.image;

import org.jspecify.annotations.NullMarked;
