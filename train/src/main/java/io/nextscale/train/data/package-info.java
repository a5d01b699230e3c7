/** Images for training: folders, order, augmentation, batches. */
@NullMarked
package io.nextscale.train.data;

import org.jspecify.annotations.NullMarked;
