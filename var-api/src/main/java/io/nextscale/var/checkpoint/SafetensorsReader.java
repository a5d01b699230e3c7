package io.nextscale.var.checkpoint;

import io.nextscale.torch.DType;
import io.nextscale.var.check.Shown;
import io.nextscale.var.json.Json;
import io.nextscale.var.json.JsonException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a safetensors file: eight bytes of header length, a JSON header, the tensors' bytes without
 * gaps.
 */
final class SafetensorsReader {
  /** Largest header in bytes; the format allows 100 MB, 10,000 tensors take about 1 MB. */
  static final long MAX_HEADER = 8L << 20;

  static final String METADATA = "__metadata__";

  private static final String SHAPE = "shape";
  private static final String OFFSETS = "data_offsets";

  private final FileBytes file;
  private final HeapBudget heap;

  private record Range(String name, long begin, long end) {}

  SafetensorsReader(FileBytes file) {
    this.file = file;
    this.heap = new HeapBudget(file, "header", HeapBudget.LIMIT / 2); // the rest is for its JSON
  }

  CheckpointContents read(WeightChoice choice) {
    if (choice.key() != null) {
      throw file.malformed(
          null, "a .pth file with the key " + Shown.name(choice.key()), "a safetensors file");
    }
    long headerLength = headerLength();
    long dataStart = 8 + headerLength;
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    List<Range> ranges = new ArrayList<>();
    for (Map.Entry<?, ?> entry : header(headerLength).entrySet()) {
      String name = (String) entry.getKey();
      Map<?, ?> value = as(Map.class, entry.getValue(), name, "an object");
      if (name.equals(METADATA)) {
        value.forEach(
            (key, text) ->
                metadata.put((String) key, as(String.class, text, METADATA, "a string")));
      } else {
        Range range = range(name, value);
        ranges.add(range);
        tensors.put(name, tensor(range, value, dataStart));
      }
    }
    requireNoGaps(ranges, file.size() - dataStart);
    List<WeightNames> sets = WeightNames.of(file, "safetensors", tensors, heap);
    WeightNames chosen =
        sets.stream()
            .filter(set -> choice.accepts(set.tensors().keySet()))
            .findFirst()
            .orElse(sets.getFirst());
    return new CheckpointContents(chosen.layout(), chosen.tensors(), metadata, List.of());
  }

  private long headerLength() {
    long length = file.i64(0, "header length");
    if (length > MAX_HEADER) {
      throw file.malformed(
          "header length", "at most " + MAX_HEADER + " bytes", Long.toString(length));
    }
    return length;
  }

  private Map<?, ?> header(long length) {
    try {
      Object header = Json.parse(file.slice(8, length, "header"));
      return as(Map.class, header, "header", "an object");
    } catch (JsonException e) {
      throw new CheckpointException(
          file.path(), "header", "valid JSON", String.valueOf(e.getMessage()), e);
    }
  }

  private Range range(String name, Map<?, ?> value) {
    long[] offsets = longs(name, value, OFFSETS);
    if (value.size() != 3) {
      throw file.malformed(name, "dtype, shape and data_offsets only", value.size() + " fields");
    }
    if (offsets.length != 2 || offsets[0] < 0 || offsets[1] < offsets[0]) {
      throw file.malformed(
          name,
          "data_offsets [begin, end]",
          offsets.length == 2 ? Arrays.toString(offsets) : offsets.length + " values");
    }
    return new Range(name, offsets[0], offsets[1]);
  }

  private StoredTensor tensor(Range range, Map<?, ?> value, long dataStart) {
    String code = as(String.class, value.get("dtype"), range.name, "a dtype");
    DType dtype = SafetensorsDType.find(code);
    if (dtype == null) {
      throw file.malformed(range.name, "a dtype of " + SafetensorsDType.names(), code);
    }
    long[] shape = longs(range.name, value, SHAPE);
    long length = range.end - range.begin;
    if (range.end > file.size() - dataStart) {
      throw file.malformed(
          range.name,
          "data_offsets within " + (file.size() - dataStart) + " bytes of data",
          "[" + range.begin + ", " + range.end + "]");
    }
    try {
      return StoredTensor.contiguous(
          range.name, dtype, shape, file.slice(dataStart + range.begin, length, range.name));
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(
          file.path(),
          range.name,
          "data_offsets that fit dtype and shape",
          String.valueOf(e.getMessage()),
          e);
    }
  }

  private long[] longs(String name, Map<?, ?> value, String field) {
    List<?> items =
        as(
            List.class,
            value.get(field),
            name,
            field.equals(SHAPE) ? "a list shape" : "a list data_offsets");
    heap.chargeTensor(items.size());
    long[] values = new long[items.size()];
    for (int i = 0; i < values.length; i++) {
      if (!(items.get(i) instanceof Long integer)) {
        throw file.malformed(name, "integers in " + field, "something else");
      }
      values[i] = integer;
    }
    return values;
  }

  private void requireNoGaps(List<Range> ranges, long length) {
    ranges.sort(Comparator.comparingLong(Range::begin).thenComparingLong(Range::end));
    long at = 0;
    for (Range range : ranges) {
      if (range.begin != at) {
        throw file.malformed(
            range.name, "its data at offset " + at + " (no gaps, no overlaps)", "" + range.begin);
      }
      at = range.end;
    }
    if (at != length) {
      throw file.malformed("data", at + " bytes, the sum of the tensors", Long.toString(length));
    }
  }

  private <T> T as(Class<T> type, @Nullable Object value, String name, String expected) {
    if (!type.isInstance(value)) {
      throw file.malformed(
          name, expected, value == null ? "null" : "a " + value.getClass().getSimpleName());
    }
    return type.cast(value);
  }
}
