package io.nextscale.evaluate.classify;

import io.nextscale.var.model.ImageNetClasses;
import java.util.List;

/** A label map in the format of the official file, in an order of its own. */
public final class LabelMapText {
  private LabelMapText() {}

  /** The content of the file. */
  public static String all() {
    StringBuilder text = new StringBuilder("# -*- protobuffer -*-\n# LabelMap of a test\n");
    List<String> ids = ImageNetClasses.ids();
    for (int i = 0; i < ids.size(); i++) {
      text.append(entry(output(i), ids.get(i)));
    }
    return text.toString();
  }

  private static String entry(int output, String id) {
    return "entry {\n  target_class: %d\n  target_class_string: \"%s\"\n}\n".formatted(output, id);
  }

  /** Output of a class in {@link #all}: 1 to 1000. */
  public static int output(int classId) {
    return 1 + (7 * classId + 448) % 1000;
  }
}
