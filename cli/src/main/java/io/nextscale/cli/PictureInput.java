package io.nextscale.cli;

import io.nextscale.torch.DType;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.image.ImageFile;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSpec;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pictures from files.
 *
 * @param pictures in the order of the files
 * @param names where each came from: as it would be given again
 */
record PictureInput(List<PixelArray> pictures, List<String> names) {
  private static final Pattern TENSOR_FILE =
      Pattern.compile("(.*\\.safetensors)(?::(\\d{1,6}))?", Pattern.CASE_INSENSITIVE);

  /**
   * Reads PNG and JPEG files, and tensors {@code image} (B, 3, H, W) of safetensors files; {@code
   * FILE.safetensors:2} is one of its pictures.
   */
  static PictureInput read(List<String> lists) {
    List<PixelArray> pictures = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (String entry : OptionTypes.entries("--image", lists)) {
      Matcher tensor = TENSOR_FILE.matcher(entry);
      if (!tensor.matches()) {
        pictures.add(PixelArray.fromImage(ImageFile.read(Path.of(entry))));
        names.add(entry);
        continue;
      }
      List<PixelArray> batch = tensor(Path.of(tensor.group(1)));
      int from = 0;
      int to = batch.size();
      if (tensor.group(2) != null) {
        from = Integer.parseInt(tensor.group(2));
        if (from >= to) {
          throw new CommandException("--image " + entry + ": it has " + to + " pictures, from 0");
        }
        to = from + 1;
      }
      for (int b = from; b < to; b++) {
        pictures.add(batch.get(b));
        names.add(tensor.group(1) + ":" + b);
      }
    }
    return new PictureInput(pictures, names);
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
      List<PixelArray> pictures = new ArrayList<>();
      for (int b = 0; b < shape[0]; b++) {
        pictures.add(PixelArray.fromBatch(values, b, (int) shape[2], (int) shape[3]));
      }
      return pictures;
    }
  }

  /** Checks that the model takes pictures of this size. */
  void requireSize(ModelSpec spec) {
    for (int i = 0; i < pictures.size(); i++) {
      PixelArray picture = pictures.get(i);
      if (picture.width() != spec.imageWidth() || picture.height() != spec.imageHeight()) {
        throw new CommandException(
            "--image "
                + names.get(i)
                + " is "
                + picture.width()
                + "x"
                + picture.height()
                + " pixels, "
                + spec.name()
                + " takes "
                + spec.imageWidth()
                + "x"
                + spec.imageHeight());
      }
    }
  }

  int count() {
    return pictures.size();
  }
}
