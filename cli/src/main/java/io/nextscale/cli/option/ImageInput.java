package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.FileName;
import io.nextscale.torch.DType;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.image.ImageFile;
import io.nextscale.var.image.Orientation;
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
 * Images read from files, all of one size.
 *
 * @param images in the order of the files
 * @param names the argument that names each image again
 * @param warnings what was not applied, for people
 */
public record ImageInput(List<PixelArray> images, List<String> names, List<String> warnings) {
  private static final Pattern TENSOR_FILE =
      Pattern.compile("(.*\\.safetensors)(?::(\\d{1,6}))?", Pattern.CASE_INSENSITIVE);

  /** Holds no images. */
  public static ImageInput none() {
    return new ImageInput(List.of(), List.of(), List.of());
  }

  /**
   * Reads PNG and JPEG files, and tensors {@code image} (B, 3, H, W) of safetensors files; {@code
   * FILE.safetensors:2} is one of its images. All must have one size, which is checked before they
   * are decoded.
   *
   * @param upright whether orientation tags are applied; otherwise they give a warning
   * @throws CommandException if the tokenizer does not take images of their size
   */
  static ImageInput read(List<String> lists, TokenizerSpec spec, boolean upright) {
    List<String> warnings = new ArrayList<>();
    List<PixelArray> images = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<String> entries = new CommaList("--image", lists).entries();
    requireSizes(entries, spec, upright);
    for (String entry : entries) {
      Matcher tensor = TENSOR_FILE.matcher(entry);
      if (!tensor.matches()) {
        images.add(readFile(entry, upright, warnings));
        names.add(entry);
        continue;
      }
      List<PixelArray> batch = readTensor(FileName.of(tensor.group(1)), spec);
      int from = 0;
      int to = batch.size();
      if (tensor.group(2) != null) {
        from = Integer.parseInt(tensor.group(2));
        if (from >= to) {
          throw new CommandException(
              "--image %s: the file has %s images, numbered from 0".formatted(entry, to));
        }
        to = from + 1;
      }
      for (int b = from; b < to; b++) {
        images.add(batch.get(b));
        names.add(tensor.group(1) + ":" + b);
      }
    }
    ImageInput input = new ImageInput(images, names, warnings);
    input.requireOneSize();
    return input;
  }

  /** Checks the files of images by their headers, before the first one is decoded. */
  private static void requireSizes(List<String> entries, TokenizerSpec spec, boolean upright) {
    List<String> files =
        entries.stream().filter(entry -> !TENSOR_FILE.matcher(entry).matches()).toList();
    ImageSize first = null;
    for (String name : files) {
      Path file = FileName.of(name);
      ImageSize stored = ImageFile.size(file);
      ImageSize size = upright ? ImageFile.orientation(file).upright(stored) : stored;
      requireFit(name, size, spec);
      first = first == null ? size : first;
      requireEqual(name, size, files.getFirst(), first);
    }
  }

  private static PixelArray readFile(String name, boolean upright, List<String> warnings) {
    Path file = FileName.of(name);
    Orientation orientation = ImageFile.orientation(file);
    if (!upright && orientation != Orientation.UPRIGHT) {
      warnings.add(
          "%s: its orientation tag %s is not applied, as in the official data pipelines"
              .formatted(name, orientation.tag()));
    }
    return PixelArray.fromImage(upright ? ImageFile.readUpright(file) : ImageFile.read(file));
  }

  private static List<PixelArray> readTensor(Path file, TokenizerSpec spec) {
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      StoredTensor image = checkpoint.tensors().get("image");
      if (image == null) {
        throw new CommandException(file + ": there is no tensor \"image\"");
      }
      long[] shape = image.shape();
      if (image.dtype() != DType.FLOAT32
          || shape.length != 4
          || shape[0] < 1
          || shape[1] != 3
          || Math.min(shape[2], shape[3]) < 1
          || Math.max(shape[2], shape[3]) > ImageFile.MAX_SIDE
          || !image.isContiguous()) {
        throw new CommandException(
            "%s: image is %s%s, expected float32[B, 3, H, W]"
                .formatted(file, image.dtype(), Arrays.toString(shape)));
      }
      requireFit(file.toString(), new ImageSize((int) shape[2], (int) shape[3]), spec);
      float[] values = image.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
      for (float value : values) {
        if (!(value >= -1.001f && value <= 1.001f)) {
          throw new CommandException("%s: image holds %s, expected -1 to 1".formatted(file, value));
        }
      }
      List<PixelArray> images = new ArrayList<>();
      for (int b = 0; b < shape[0]; b++) {
        images.add(PixelArray.fromBatch(values, b, (int) shape[2], (int) shape[3]));
      }
      return images;
    }
  }

  /** The size of each image. */
  public ImageSize size() {
    return images.getFirst().size();
  }

  /**
   * Checks that a tokenizer takes images of this size.
   *
   * @throws CommandException if not
   */
  public void requireFit(TokenizerSpec spec) {
    requireFit(names.getFirst(), size(), spec);
  }

  private static void requireFit(String name, ImageSize size, TokenizerSpec spec) {
    if (spec.hasFreeScales()) {
      try {
        size.grid(spec.patch());
      } catch (IllegalArgumentException e) {
        throw new CommandException("--image " + name + ": " + e.getMessage(), e);
      }
    } else if (!size.equals(spec.imageSize())) {
      throw new CommandException(
          "--image %s is %s pixels, %s takes %s only (height x width)"
              .formatted(name, size, spec.name(), spec.imageSize()));
    }
  }

  /**
   * The scales that a tokenizer makes of these images.
   *
   * @param selection from the options; the images' size decides the rest
   * @throws CommandException if the tokenizer does not take images of this size
   */
  public Scales scales(TokenizerSpec spec, ScaleSelection selection) {
    requireFit(spec);
    return selection.orSize(size()).of(spec);
  }

  /** Number of images. */
  public int count() {
    return images.size();
  }

  private void requireOneSize() {
    for (int i = 1; i < count(); i++) {
      requireEqual(names.get(i), images.get(i).size(), names.getFirst(), size());
    }
  }

  private static void requireEqual(String name, ImageSize size, String first, ImageSize wanted) {
    if (!size.equals(wanted)) {
      throw new CommandException(
          "--image %s is %s pixels, %s is %s: all must have one size (height x width)"
              .formatted(name, size, first, wanted));
    }
  }
}
