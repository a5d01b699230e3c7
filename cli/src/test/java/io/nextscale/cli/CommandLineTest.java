package io.nextscale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.image.PngFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir Path folder;

  private int run(String... args) {
    return Main.run(
        args,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private String error() {
    String text = err.toString(StandardCharsets.UTF_8);
    assertThat(text.lines()).as("stderr is one line").hasSize(1);
    assertThat(text).startsWith("nextscale: ").doesNotContain("\tat ");
    return text;
  }

  private String output() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void versionIsPrinted() {
    assertThat(run("--version")).isZero();
    assertThat(output()).startsWith("nextscale ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sample",
        "edit",
        "refine",
        "expand",
        "tokenize",
        "reconstruct",
        "score",
        "sample-set",
        "evaluate",
        "serve",
        "train",
        "scaling-law",
        "inspect",
        "convert",
        "doctor"
      })
  void everyCommandHasHelp(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(output()).contains("nextscale " + command).contains("--debug");
    assertThat(output()).startsWith("Usage: nextscale " + command + " [OPTIONS]");
    assertThat(output().split("Show only errors on stderr: no progress")).hasSize(2);
    assertThat(output().lines()).allMatch(line -> line.strip().length() <= 80);
    assertThat(output()).doesNotContainPattern("\\[,|\\.{4}|@[0-9a-f]{5}|null|\\(default: \\)");
    assertThat(err.size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "paint",
        "sample",
        "sample --clas bird",
        "sample --class bird --all-classes",
        "sample --class bird,,fruit",
        "sample --class bird --count 0",
        "sample --class bird --cfg -1",
        "sample --class bird --cfg much",
        "sample --class bird --guidance linear",
        "sample --class bird --guidance-weights 1,two",
        "sample --class bird --guidance-weights 1,,2",
        "sample --class bird --guidance-weights 1,NaN",
        "sample --class bird --guidance-weights 1,2 --cfg 2",
        "sample --class bird --guidance-weights 1,2 --guidance ramp",
        "sample-set --count 1 --out a --guidance-weights 1,2 --cfg 2",
        "sample --class bird --top-p 1.5",
        "sample --class bird --temperature 0",
        "sample --class bird --dtype f64",
        "sample --class bird --dtype f16",
        "sample --class bird --float32-scales 2",
        "sample --class bird --dtype bf16 --float32-scales -1",
        "tokenize --image a.png --out b.safetensors --dtype bf16 --float32-scales 2",
        "reconstruct --image a.png --dtype bf16 --float32-scales 2",
        "score --image a.png --class 1 --dtype bf16 --float32-scales 2",
        "sample --class bird --device tpu",
        "sample --class bird --threads 0",
        "sample --class bird --keep-scales 2",
        "sample --class bird --tokens a.safetensors",
        "sample --class bird --tokens a.safetensors --keep-scales 0",
        "sample --class bird --tokens a.safetensors --keep-scales 2 --tokens-image -1",
        "sample --class bird --threads 100000",
        "sample --class bird --batch 0",
        "sample --class bird --scales 1,two",
        "sample --class bird --scales 2,1",
        "sample --class bird --size 256y512",
        "sample --class bird --size 0",
        "sample --class bird --steps 0",
        "sample --class bird --steps ten",
        "sample --class bird --greedy-grids all",
        "sample --class bird --exclude-codes 1,two",
        "sample --class bird --max-pn -1",
        "sample --class bird --out a.jpg",
        "sample --class bird,fruit --out a.png",
        "sample --class bird --trace a.json",
        "sample --class bird --vae a.pth",
        "sample --class bird --transformer a.pth",
        "edit --image a.png --box 0,0,1,1 --vae a.pth",
        "score --image a.png --class 1 --vae a.pth",
        "tokenize --image a.png --out b.safetensors --transformer a.pth",
        "tokenize --image a.png --out b.safetensors --model a --vae b.pth",
        "sample --class bird --model a --vae a.pth --transformer b.pth",
        "sample --class bird --random-weights 1",
        "sample --class 1 --model preset:var-d16",
        "edit --image a.png",
        "edit --box 0,0,1,1",
        "edit --image a.png --box 0,0,1,1 --mask b.png",
        "edit --image a.png --box 0,0,2,1",
        "edit --image a.png --box 0,0,1",
        "refine --size 512",
        "refine --image a.png --keep-scales 0",
        "expand --size 512",
        "expand --image a.png --place 0.5",
        "expand --image a.png --place 0.5,2",
        "tokenize --image a.png",
        "tokenize --out a.safetensors",
        "tokenize --image a.png --size 256 --out b.safetensors",
        "reconstruct --image a.png --steps 0",
        "reconstruct",
        "reconstruct --image a.png --tokens b.safetensors",
        "score --tokens a.safetensors --image b.png",
        "score --data a --image b.png",
        "score --data a --tokens b.safetensors",
        "score --data a --class 1",
        "score --data a --out b.safetensors",
        "score --data a --batch 0",
        "score --image a.png --class 1 --batch 2",
        "convert a.pth",
        "convert a.pth b.pth --scales 1,2",
        "convert a.pth b.pth --official --scales 1,two",
        "convert a.pth b.bin",
        "serve --queue 0",
        "serve --host 0.0.0.0",
        "serve --origin images.example",
        "serve --origin https://images.example --origin https://images.example/page"
      })
  void wrongUsageIsTwo(String line) {
    assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(2);
    assertThat(error()).contains("--help");
    assertThat(out.size()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          score | --image, --tokens or --data is missing
          reconstruct | --image or --tokens is missing
          score --image a.png --tokens b | --image and --tokens exclude each other
          score --data a --image b --tokens c --class 1 --out d | --data excludes --image, --tokens, --class and --out
          train --out never | --minutes is missing, or --tokenizer-steps and --transformer-steps
          train --out never --tokenizer-steps 5 | --minutes is missing, or --transformer-steps
          train --out never --from a | --minutes is missing, or --transformer-steps
          train --out never --from a --tokenizer b --tokenizer-steps 5 | --from, --tokenizer and --tokenizer-steps exclude each other
          train --out never --minutes 1 --inception a --any-inception | --inception and --any-inception need --fid-samples
          sample --class bird --tokens-image 0 | --tokens-image needs --tokens
          sample --class bird --tokens-image 0 --keep-scales 1 | --tokens-image and --keep-scales need --tokens
          sample-set --count 2 --out never --keep-best 1/2 | --keep-best needs --inception and --label-map
          sample-set --count 2 --out never --inception a --label-map b --any-inception | --inception, --label-map and --any-inception need --keep-best
          """)
  void messagesNameAllOptionsThatAreMeant(String line, String message) {
    assertThat(run(line.split(" "))).isEqualTo(2);
    assertThat(error()).startsWith("nextscale: " + message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sample --class unicorn",
        "sample --class 20",
        "sample --class bird --top-k 5000",
        "sample --class bird --scales 1,2,3",
        "sample --class bird --size 256",
        "sample --class bird --size 100",
        "sample --class bird --steps 3",
        "sample --class bird --exclude-codes 4096",
        "sample --class 1 --model preset:flexvar-d16 --random-weights 1 --size 100x256",
        "sample --class 1 --model preset:flexvar-d16 --random-weights 1 --steps 17",
        "sample --class 1 --model preset:flexvar-d16 --random-weights 1 --smooth",
        "sample --class 1 --model preset:flexvar-d16 --random-weights 1 --size 256 --scales 1,8",
        "tokenize --vae /nonexistent/a.pth --image a.png --out /tmp/nextscale-never.safetensors",
        "sample --class bird --out /nonexistent/a.png",
        "sample --class bird --trace /nonexistent/a.safetensors",
        "sample --class bird --model /nonexistent",
        "sample --class 1 --model preset:var-d17 --random-weights 1",
        "sample --class 1 --vae /nonexistent/a.pth --transformer /nonexistent/b.pth",
        "edit --image /nonexistent/a.png --box 0,0,1,1",
        "reconstruct --tokens /nonexistent/a.safetensors",
        "score --data /nonexistent",
        "inspect /nonexistent",
        "inspect preset:var-d17",
        "convert /nonexistent/a.pth /tmp/nextscale-never-written.pth"
      })
  void errorsAreOne(String line) {
    assertThat(run(line.split(" "))).isEqualTo(1);
    error();
    assertThat(out.size()).isZero();
  }

  @Test
  void debugShowsTheStackTrace() {
    assertThat(run("inspect", "/nonexistent", "--debug")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("\tat io.nextscale.cli");
  }

  @Test
  void fixedScalesAreExplained() {
    run("sample", "--class", "bird", "--scales", "1,2,3x4");
    assertThat(error()).contains("1,2,3x4").contains("residual").contains("1,2,3,4,6,8");
  }

  @Test
  void sizesAreExplained() {
    run("sample", "--class", "bird", "--size", "256x512");
    assertThat(error()).contains("256x512").contains("64x64 only").contains("FlexVAR");
  }

  @ParameterizedTest
  @ValueSource(strings = {"refine", "expand"})
  void otherSizesNeedFreeScales(String command) throws Exception {
    Path image = folder.resolve("a.png");
    PngFile.write(image, new BufferedImage(32, 16, BufferedImage.TYPE_INT_RGB), Map.of());
    assertThat(
            run(command, "--image", image.toString(), "--size", "64", "--model", "demo:emoji-var"))
        .isEqualTo(1);
    assertThat(error()).contains(command + ": ").contains("residual");
  }

  @Test
  void sizesOfImagesAreHeightByWidth() throws Exception {
    Path image = folder.resolve("a.png");
    PngFile.write(image, new BufferedImage(32, 16, BufferedImage.TYPE_INT_RGB), Map.of());
    run("reconstruct", "--image", image.toString());
    assertThat(error()).contains("a.png is 16x32").contains("64x64").contains("height x width");
  }

  @Test
  void imagesOfDifferentSizesAreNamed() throws Exception {
    Path first = folder.resolve("a.png");
    Path second = folder.resolve("b.png");
    PngFile.write(first, new BufferedImage(32, 16, BufferedImage.TYPE_INT_RGB), Map.of());
    PngFile.write(second, new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB), Map.of());
    run("reconstruct", "--model", "demo:emoji-flexvar", "--image", first + "," + second);
    assertThat(error()).contains("b.png is 16x16").contains("a.png is 16x32");
  }

  @Test
  void presetsAreShownWithoutWeights() {
    assertThat(run("inspect", "preset:var-d36-s")).isZero();
    assertThat(output()).contains("512x512", "depth 36", "shared AdaLN", "VAR (residual");
  }

  @Test
  void flexVarIsShown() {
    assertThat(run("inspect", "preset:flexvar-d16")).isZero();
    assertThat(output())
        .contains("FlexVAR (ground-truth prediction", "256x256 (height x width)", "8912x32")
        .contains("--max-pn 16 --greedy-grids published");
  }

  @Test
  void demoModelIsShown() {
    assertThat(run("inspect")).isZero();
    assertThat(output()).contains("64x64", "bird");
  }

  @Test
  void convertRefusesToOverwrite() throws Exception {
    Path existing = Files.writeString(folder.resolve("a.pth"), "kept");
    assertThat(run("convert", existing.toString(), existing.toString())).isEqualTo(1);
    assertThat(error()).contains("--force");
    assertThat(existing).hasContent("kept");
  }
}
