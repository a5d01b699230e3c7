package io.nextscale.cli.option;

/**
 * The place of an image in a larger one, in fractions of the room around it.
 *
 * @param y 0 top to 1 bottom
 * @param x 0 left to 1 right
 */
public record Place(double y, double x) {}
