package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.FileName;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.var.edit.EditRegion;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scales;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads option values of the types that picocli does not know. */
public final class OptionConverters {
  private OptionConverters() {}

  /** Makes a command line and its subcommands read them. */
  public static void register(CommandLine line) {
    line.registerConverter(Path.class, OptionConverters::path);
    line.registerConverter(Device.class, OptionConverters::device);
    line.registerConverter(DType.class, OptionConverters::dtype);
    line.registerConverter(Scales.class, parsed(Scales::parse));
    line.registerConverter(ImageSize.class, parsed(ImageSize::parse));
    line.registerConverter(EditRegion.Box.class, OptionConverters::box);
    line.registerConverter(Place.class, OptionConverters::place);
  }

  private static Path path(String text) {
    try {
      return FileName.of(text);
    } catch (CommandException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }

  private static Device device(String text) {
    if (!text.matches("cpu|cuda(:\\d{1,3})?")) {
      throw new TypeConversionException(
          "device \"%s\": expected cpu, cuda or cuda:INDEX".formatted(text));
    }
    return Device.parse(text);
  }

  private static DType dtype(String text) {
    return switch (text) {
      case "f32", "float32" -> DType.FLOAT32;
      case "bf16", "bfloat16" -> DType.BFLOAT16;
      case "f16", "float16" -> DType.FLOAT16;
      default ->
          throw new TypeConversionException(
              "element type \"%s\": expected f32, bf16 or f16".formatted(text));
    };
  }

  private static EditRegion.Box box(String text) {
    double[] side = fractions(text, 4);
    if (side.length != 4 || side[0] >= side[2] || side[1] >= side[3]) {
      throw new TypeConversionException(
          ("box \"%s\": expected y0,x0,y1,x1, fractions of the image with 0 <= y0 < y1 <= 1"
                  + " and 0 <= x0 < x1 <= 1")
              .formatted(text));
    }
    return new EditRegion.Box(side[0], side[1], side[2], side[3]);
  }

  private static Place place(String text) {
    double[] at = fractions(text, 2);
    if (at.length != 2) {
      throw new TypeConversionException(
          "place \"%s\": expected y,x, two numbers from 0 to 1".formatted(text));
    }
    return new Place(at[0], at[1]);
  }

  /** Reads {@code count} comma-separated numbers from 0 to 1; empty if the text is another. */
  private static double[] fractions(String text, int count) {
    try {
      double[] numbers =
          Arrays.stream(text.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
      boolean valid =
          numbers.length == count && Arrays.stream(numbers).allMatch(x -> 0 <= x && x <= 1);
      return valid ? numbers : new double[0];
    } catch (NumberFormatException e) {
      return new double[0];
    }
  }

  private static <T> ITypeConverter<T> parsed(Function<String, T> parser) {
    return text -> {
      try {
        return parser.apply(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    };
  }
}
