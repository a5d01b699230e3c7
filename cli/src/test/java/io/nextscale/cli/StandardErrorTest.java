package io.nextscale.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing that libtorch and its libraries print reaches the user's terminal. The commands run in
 * another process, with streams of their own, so that its stderr has only what native code prints.
 * NNPACK is made to believe that it does not know the processor: it prints a line for each of many
 * convolutions then.
 */
class StandardErrorTest {
  private static final String NNPACK = "Could not initialize NNPACK";
  private static final String SETTING_TAKEN_BACK = "setting taken back";

  private static final Pattern OWN_LINE =
      Pattern.compile(
          "nextscale: .*"
              + "|(images \\d+-\\d+ of \\d+: )?scale \\d+/\\d+ \\(\\d+x\\d+\\)"
              + "|(tokenized|decoded|scored) image \\d+/\\d+"
              + "|(tokenizer|tokens|transformer)(: \\d+ (steps|images)| step \\d+: .*| \\[[#.]+] .*)");

  @TempDir Path folder;

  @Test
  void everyCommandPrintsItsOwnLinesOnly() throws Exception {
    assertThat(start("commands")).isEmpty();
    List<String> lines = Files.readAllLines(folder.resolve("out"));
    assertThat(lines).contains("done");
    assertThat(lines.subList(0, lines.indexOf("done")))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).matches(OWN_LINE));
  }

  /** The setting is what keeps NNPACK quiet: without it the same convolution prints. */
  @Test
  void nnpackPrintsWithoutTheSetting() throws Exception {
    String printed = start("nnpack");
    assumeTrue(
        !Files.readString(folder.resolve("out")).contains("not simulated"),
        "this libtorch does not export NNPACK's state");
    assertThat(printed).startsWith(SETTING_TAKEN_BACK).contains(NNPACK);
  }

  /** Runs the program; returns what it printed to stderr. */
  private String start(String what) throws IOException, InterruptedException {
    Path error = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.awt.headless=true",
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                what,
                folder.toString())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(error.toFile());
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    Process process = builder.start();
    assertThat(process.waitFor(20, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(folder.resolve("out"))).isZero();
    return Files.readString(error);
  }

  /** Runs the commands in one process. */
  static final class Program {
    private Program() {}

    /**
     * Runs the program.
     *
     * @param arguments what to run; a folder for files
     */
    public static void main(String[] arguments) throws IOException {
      boolean simulated = forgetTheProcessor();
      if (arguments[0].equals("nnpack")) {
        System.out.println(simulated ? "simulated" : "not simulated");
        convolve();
        System.err.println(SETTING_TAKEN_BACK);
        enableNnpack();
        convolve();
      } else {
        Path folder = Path.of(arguments[1]);
        for (List<String> command : commands(folder)) {
          ByteArrayOutputStream lines = new ByteArrayOutputStream();
          PrintStream own = new PrintStream(lines, true, StandardCharsets.UTF_8);
          int code =
              Main.run(
                  command.toArray(new String[0]),
                  new PrintStream(new ByteArrayOutputStream()),
                  own);
          System.out.print(lines.toString(StandardCharsets.UTF_8));
          if (code != 0) {
            System.out.println(command + " ends with " + code);
            System.exit(code);
          }
        }
        System.out.println("done");
      }
    }

    private static List<List<String>> commands(Path folder) throws IOException {
      String a = folder.resolve("a.png").toString();
      String tokens = folder.resolve("t.safetensors").toString();
      String out = folder.resolve("o.png").toString();
      String sheet = folder.resolve("s.png").toString();
      String flexVar = "demo:emoji-flexvar";
      Path recipe = folder.resolve("recipe.json");
      Files.writeString(recipe, SmallRecipe.TEXT);
      String images = SmallRecipe.images(folder).toString();
      String run = folder.resolve("run").toString();
      List<List<String>> all = new ArrayList<>();
      all.add(List.of("sample", "--class", "bird", "--out", a, "--sheet", sheet));
      all.add(List.of("sample", "--class", "bird", "--count", "16", "--out", out + "%d.png"));
      all.add(List.of("sample", "--class", "bird", "--model", flexVar, "--out", out));
      all.add(List.of("edit", "--image", a, "--box", "0,0,0.5,0.5", "--out", out));
      all.add(List.of("refine", "--image", a, "--size", "96", "--model", flexVar, "--out", out));
      all.add(List.of("expand", "--image", a, "--size", "64x96", "--model", flexVar, "--out", out));
      all.add(List.of("tokenize", "--image", a, "--out", tokens));
      all.add(List.of("reconstruct", "--image", a, "--out", out));
      all.add(List.of("score", "--image", a, "--class", "bird"));
      all.add(List.of("inspect"));
      all.add(List.of("doctor"));
      all.add(
          List.of(
              "train",
              "--recipe",
              recipe.toString(),
              "--data",
              images,
              "--out",
              run,
              "--tokenizer-steps",
              "3",
              "--transformer-steps",
              "3"));
      return all;
    }

    /** A convolution that is too small for oneDNN; libtorch asks whether NNPACK takes it. */
    private static void convolve() {
      try (GradMode inference = GradMode.disabled();
          TensorScope scope = TensorScope.open()) {
        Tensor image = Tensor.full(1, DType.FLOAT32, Device.CPU, 1, 4, 8, 8);
        Layers.conv2d(image, Tensor.full(1, DType.FLOAT32, Device.CPU, 4, 4, 3, 3), null, 1, 1);
      }
    }

    /** Takes the setting back that is made when libtorch is loaded. */
    private static void enableNnpack() {
      MemorySegment context =
          (MemorySegment)
              call("_ZN2at13globalContextEv", FunctionDescriptor.of(ValueLayout.ADDRESS));
      call(
          "_ZN2at7Context20setUserEnabledNNPACKEb",
          FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_BOOLEAN),
          context,
          true);
    }

    /** Lets NNPACK look at the processor, then says in its description that it is unsupported. */
    private static boolean forgetTheProcessor() {
      Torch.library();
      Optional<MemorySegment> description = Torch.library().symbols().find("nnp_hwinfo");
      if (description.isEmpty() || Torch.library().symbols().find("nnp_initialize").isEmpty()) {
        return false;
      }
      call("nnp_initialize", FunctionDescriptor.of(ValueLayout.JAVA_INT));
      // its first fields: bool initialized, bool supported
      description.get().reinterpret(2).set(ValueLayout.JAVA_BOOLEAN, 1, false);
      return (int) call("nnp_initialize", FunctionDescriptor.of(ValueLayout.JAVA_INT)) != 0;
    }

    private static Object call(String name, FunctionDescriptor type, Object... arguments) {
      try {
        return Linker.nativeLinker()
            .downcallHandle(Torch.library().symbols().find(name).orElseThrow(), type)
            .invokeWithArguments(arguments);
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }
  }
}
