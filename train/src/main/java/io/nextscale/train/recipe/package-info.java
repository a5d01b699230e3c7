/** Recipes and plans as JSON, and the images that a plan names. */
@NullMarked
package io.nextscale.train.recipe;

import org.jspecify.annotations.NullMarked;
