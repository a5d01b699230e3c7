package io.nextscale.bench;

import java.util.Set;
import java.util.TreeSet;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.FunctionSchema;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.OperatorHandleOptional;
import org.bytedeco.pytorch.OperatorName;
import org.bytedeco.pytorch.global.torch;

/**
 * Prints the schemas of the operators {@code aten::} and {@code mkldnn::}, one a line, as the
 * libtorch of {@code org.bytedeco:pytorch} registers them. The bindings have the output as {@code
 * operators.txt}; libtorch's C ABI does not tell schemas, the C++ API behind JavaCPP does.
 */
public final class OperatorTable {
  // between libtorch 2.10 and 2.13 they got further arguments
  private static final Set<String> CHANGED =
      Set.of("aten::_flash_attention_forward", "aten::_scaled_dot_product_attention_math_for_mps");

  private OperatorTable() {}

  /**
   * Runs the program.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    for (String schema : schemas()) {
      System.out.println(schema);
    }
  }

  private static TreeSet<String> schemas() {
    Loader.load(torch.class);
    TreeSet<String> schemas = new TreeSet<>();
    Dispatcher dispatcher = Dispatcher.singleton();
    OperatorName names = dispatcher.getAllOpNames();
    for (long i = 0; i < names.limit(); i++) {
      OperatorHandleOptional found = dispatcher.findSchema(names.getPointer(i));
      if (found.has_value()) {
        OperatorHandle operator = found.get();
        if (operator.hasSchema()) {
          add(schemas, operator.schema());
        }
      }
    }
    return schemas;
  }

  private static void add(TreeSet<String> schemas, FunctionSchema schema) {
    String text = torch.toString(schema).getString();
    boolean listed = text.startsWith("aten::") || text.startsWith("mkldnn::");
    if (listed && !CHANGED.contains(text.substring(0, text.indexOf('(')))) {
      schemas.add(text);
    }
  }
}
