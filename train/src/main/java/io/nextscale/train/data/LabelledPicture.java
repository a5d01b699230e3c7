package io.nextscale.train.data;

import java.nio.file.Path;

/**
 * A picture file and its class.
 *
 * @param file where it lies
 * @param label index of its class in {@link PictureSet#classNames()}
 */
public record LabelledPicture(Path file, int label) {}
