package io.nextscale.cli;

import io.nextscale.torch.DType;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.image.ImageFile;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.model.TokenizerSpec;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scales;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Images from files.
 *
 * @param images in the order of the files
 * @param names where each came from: as it would be given again
 */
record ImageInput(List<PixelArray> images, List<String> names) {
  private static final Pattern TENSOR_FILE =
      Pattern.compile("(.*\\.safetensors)(?::(\\d{1,6}))?", Pattern.CASE_INSENSITIVE);

  /** No images. */
  static ImageInput none() {
    return new ImageInput(List.of(), List.of());
  }

  /**
   * Reads PNG and JPEG files, and tensors {@code image} (B, 3, H, W) of safetensors files; {@code
   * FILE.safetensors:2} is one of its images. All must have one size.
   */
  static ImageInput read(List<String> lists) {
    List<PixelArray> images = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (String entry : OptionTypes.entries("--image", lists)) {
      Matcher tensor = TENSOR_FILE.matcher(entry);
      if (!tensor.matches()) {
        images.add(PixelArray.fromImage(ImageFile.read(Path.of(entry))));
        names.add(entry);
        continue;
      }
      List<PixelArray> batch = tensor(Path.of(tensor.group(1)));
      int from = 0;
      int to = batch.size();
      if (tensor.group(2) != null) {
        from = Integer.parseInt(tensor.group(2));
        if (from >= to) {
          throw new CommandException("--image " + entry + ": it has " + to + " images, from 0");
        }
        to = from + 1;
      }
      for (int b = from; b < to; b++) {
        images.add(batch.get(b));
        names.add(tensor.group(1) + ":" + b);
      }
    }
    ImageInput input = new ImageInput(images, names);
    input.requireOneSize();
    return input;
  }

  private static List<PixelArray> tensor(Path file) {
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      StoredTensor image = checkpoint.tensors().get("image");
      if (image == null) {
        throw new CommandException(file + ": it has no tensor \"image\"");
      }
      long[] shape = image.shape();
      if (image.dtype() != DType.FLOAT32
          || shape.length != 4
          || shape[0] < 1
          || shape[1] != 3
          || Math.max(shape[2], shape[3]) > ImageFile.MAX_SIDE) {
        throw new CommandException(
            file
                + ": image is "
                + image.dtype()
                + Arrays.toString(shape)
                + ", expected float32[B, 3, H, W]");
      }
      float[] values = image.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
      for (float value : values) {
        if (!(value >= -1.001f && value <= 1.001f)) {
          throw new CommandException(file + ": image holds " + value + ", expected -1 to 1");
        }
      }
      List<PixelArray> images = new ArrayList<>();
      for (int b = 0; b < shape[0]; b++) {
        images.add(PixelArray.fromBatch(values, b, (int) shape[2], (int) shape[3]));
      }
      return images;
    }
  }

  /** The size that all of them have. */
  ImageSize size() {
    return images.getFirst().size();
  }

  /** Checks that a model takes images of this size. */
  void requireFit(TokenizerSpec spec) {
    ImageSize size = size();
    if (spec.hasFreeScales()) {
      try {
        size.grid(spec.patch());
      } catch (IllegalArgumentException e) {
        throw new CommandException("--image " + names.getFirst() + ": " + e.getMessage(), e);
      }
    } else if (!size.equals(spec.imageSize())) {
      throw new CommandException(
          "--image "
              + names.getFirst()
              + " is "
              + size
              + " pixels, "
              + spec.name()
              + " takes "
              + spec.imageSize()
              + " only (height x width)");
    }
  }

  /**
   * The scales in which a model describes these images.
   *
   * @param selection what was asked for; the rest follows from the images' size
   */
  Scales scales(TokenizerSpec spec, ScaleSelection selection) {
    requireFit(spec);
    return selection.orSize(size()).of(spec);
  }

  int count() {
    return images.size();
  }

  private void requireOneSize() {
    for (int i = 1; i < count(); i++) {
      if (!images.get(i).size().equals(size())) {
        throw new CommandException(
            "--image "
                + names.get(i)
                + " is "
                + images.get(i).size()
                + " pixels, "
                + names.getFirst()
                + " is "
                + size()
                + ": all must have one size (height x width)");
      }
    }
  }
}
