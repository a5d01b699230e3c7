/** Sets of images in folders and npz files, as 8-bit RGB samples. */
@NullMarked
package io.nextscale.evaluate.image;

import org.jspecify.annotations.NullMarked;
