package io.nextscale.cli;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.var.EditRegion;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
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

  static EditRegion.Box box(String text) {
    String[] parts = text.split(",", -1);
    String expected =
        "box \""
            + text
            + "\": expected y0,x0,y1,x1, fractions of the picture with"
            + " 0 <= y0 < y1 <= 1 and 0 <= x0 < x1 <= 1";
    double[] side = new double[4];
    try {
      for (int i = 0; i < 4 && parts.length == 4; i++) {
        side[i] = Double.parseDouble(parts[i].strip());
      }
    } catch (NumberFormatException e) {
      throw new TypeConversionException(expected);
    }
    boolean inside = 0 <= side[0] && side[2] <= 1 && 0 <= side[1] && side[3] <= 1;
    if (!(parts.length == 4 && inside && side[0] < side[2] && side[1] < side[3])) {
      throw new TypeConversionException(expected);
    }
    return new EditRegion.Box(side[0], side[1], side[2], side[3]);
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
