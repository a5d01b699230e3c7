package io.nextscale.cli;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.var.EditRegion;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.TypeConversionException;

/** Values of options that picocli does not know. */
final class OptionTypes {
  private OptionTypes() {}

  static Device device(String text) {
    if (!text.matches("cpu|cuda(:\\d{1,3})?")) {
      throw new TypeConversionException(
          "device \"" + text + "\": expected cpu, cuda or cuda:INDEX");
    }
    return Device.parse(text);
  }

  static DType dtype(String text) {
    return switch (text) {
      case "f32", "float32" -> DType.FLOAT32;
      case "bf16", "bfloat16" -> DType.BFLOAT16;
      case "f16", "float16" -> DType.FLOAT16;
      default ->
          throw new TypeConversionException(
              "element type \"" + text + "\": expected f32, bf16 or f16");
    };
  }

  /** The name of an element type on the command line. */
  static String name(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> "f32";
      case BFLOAT16 -> "bf16";
      case FLOAT16 -> "f16";
      default -> dtype.toString();
    };
  }

  static Scales scales(String text) {
    return checked(() -> Scales.parse(text));
  }

  static ImageSize size(String text) {
    return checked(() -> ImageSize.parse(text));
  }

  static EditRegion.Box box(String text) {
    double[] side = fractions(text, 4);
    if (side.length != 4 || side[0] >= side[2] || side[1] >= side[3]) {
      throw new TypeConversionException(
          "box \""
              + text
              + "\": expected y0,x0,y1,x1, fractions of the image with"
              + " 0 <= y0 < y1 <= 1 and 0 <= x0 < x1 <= 1");
    }
    return new EditRegion.Box(side[0], side[1], side[2], side[3]);
  }

  static ExpandCommand.Place place(String text) {
    double[] at = fractions(text, 2);
    if (at.length != 2) {
      throw new TypeConversionException(
          "place \"" + text + "\": expected y,x, two numbers from 0 to 1");
    }
    return new ExpandCommand.Place(at[0], at[1]);
  }

  /** So many comma-separated numbers from 0 to 1; none if it is anything else. */
  private static double[] fractions(String text, int count) {
    try {
      double[] numbers =
          Arrays.stream(text.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
      boolean good =
          numbers.length == count && Arrays.stream(numbers).allMatch(x -> 0 <= x && x <= 1);
      return good ? numbers : new double[0];
    } catch (NumberFormatException e) {
      return new double[0];
    }
  }

  /**
   * The entries of comma-separated lists, given once or several times.
   *
   * @param option its name, for messages
   */
  static List<String> entries(String option, List<String> lists) {
    List<String> entries = new ArrayList<>();
    for (String list : lists) {
      for (String entry : list.split(",", -1)) {
        if (entry.isBlank()) {
          throw CommandException.usage(option + " \"" + list + "\": an entry is empty");
        }
        entries.add(entry.strip());
      }
    }
    return entries;
  }

  private static <T> T checked(Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
