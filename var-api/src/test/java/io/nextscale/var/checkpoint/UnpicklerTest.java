package io.nextscale.var.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Refuses wrong and malicious pickles. */
class UnpicklerTest {
  private static final byte[] FOUR = new byte[4];

  @ParameterizedTest
  @CsvSource({
    "os, system",
    "posix, system",
    "builtins, eval",
    "__builtin__, eval",
    "builtins, getattr",
    "subprocess, Popen",
    "torch, load",
    "torch.storage, _load_from_bytes",
    "collections, defaultdict",
    "collections, OrderedDict.clear",
    "copyreg, _reconstructor",
    "'', ''",
  })
  void takesForeignGlobalsForNames(String module, String name) {
    String words = "an object of " + module + "." + name + "; save its state_dict() instead";
    refuse(p -> p.global(module, name).ops("(").text("touch /tmp/x").ops("tR"), words);
    refuse(p -> p.text(module).text(name).raw(0x93), words);
    refuse(p -> p.global(module, name).ops(")").raw(0x81).ops("}b"), words);
    refuse(p -> p.global(module, name).ops(")}").raw(0x92), words);
    // neither what it returns nor the object itself is a weight, a storage, a size or a dict
    refuse(p -> p.ops("}").text("model").global(module, name).ops(")Rs"), "no tensors");
    refuse(p -> p.tensorOf(q -> q.global(module, name).ops(")R")));
  }

  @Test
  void refusesTensorsOfUnknownForms() {
    for (String name : new String[] {"_rebuild_qtensor", "_rebuild_sparse_tensor"}) {
      refuse(
          p -> p.ops("}(").text("a").one().text("q").global("torch._utils", name).ops(")Ru"),
          "q: expected a dense tensor, found an object of torch._utils." + name);
    }
    refuse(
        p ->
            p.ops("}(")
                .text("a")
                .one()
                .text("c")
                .tensor("ComplexFloatStorage", "0", 1, 0, new long[0], new long[0])
                .ops("u"),
        "c: expected a dense tensor, found an object of torch.ComplexFloatStorage");
    refuse(
        p ->
            p.ops("}(")
                .text("a")
                .one()
                .text("n")
                .global("numpy.core.multiarray", "_reconstruct")
                .ops(")R}bu"),
        "n: expected a dense tensor");
  }

  @Test
  void refusesMetadataThatChangeTheElements() {
    refuse(
        p ->
            p.ops("}")
                .text("a")
                .tensorWith(q -> q.ops("}").text("neg").raw(0x88).ops("s"))
                .ops("s"),
        "metadata neg",
        "resolve_neg()");
    accept(
        p ->
            p.ops("}")
                .text("a")
                .tensorWith(q -> q.ops("}").text("neg").raw(0x89).ops("s"))
                .ops("s"));
    accept(p -> p.ops("}").text("a").tensorWith(q -> q.ops("N")).ops("s"));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        'i', 'o', 'P', 'V', 'S', 'I', 'L', 'F', 'd', 'l', 'g', 'p', 0x82, 0x83, 0x84, 0x97, 0x98, 0,
        0xff
      })
  void refusesOtherOpcodes(int opcode) {
    refuse(p -> p.ops("}}").raw(opcode, 0, 0, 0, 0), "an opcode of protocols 2 to 5");
  }

  @Test
  void refusesCallsOfWhatIsNoFunction() {
    refuse(p -> p.text("eval").ops(")R"), "something that may be called");
    refuse(p -> p.ops("})R"), "something that may be called");
    refuse(p -> p.global("torch", "FloatStorage").ops(")R"), "something that may be called");
    refuse(p -> p.global("collections", "OrderedDict").ops("]R"), "a tuple of arguments");
    refuse(
        p -> p.global("collections", "OrderedDict").ops("K\u0001").raw(0x85).ops("R"),
        "with arguments");
    refuse(p -> p.global("torch", "Size").ops(")R"), "torch.Size");
    refuse(p -> p.global("torch", "Size").ops("]").raw(0x85).ops("R"), "a tuple of sizes");
  }

  @Test
  void refusesAttributesOfOtherThings() {
    refuse(p -> p.ops("]}b"), "an OrderedDict");
    refuse(p -> p.one().ops("}b"), "an OrderedDict");
    refuse(p -> p.ops("}]b"), "attributes");
  }

  @Test
  void refusesAnUnbalancedStack() {
    for (String ops :
        new String[] {
          "",
          "(",
          "0",
          "1",
          "t",
          "e",
          "u",
          "s",
          "a",
          "R",
          "b",
          "Q",
          "q\u0000",
          "}}",
          "(}",
          "}(",
          "}(K\u0001u",
          "}K\u0001s",
          "]a",
          "}K\u0001a",
          "](K\u0001u",
          "(s",
          ")(a",
          "h\u0000",
          "j\u0000\u0000\u0000\u0000",
          "\u0085",
          "K\u0001\u0086",
          "(K\u0001\u0086",
          "\u0087",
          "\u0094",
          "\u0093",
          "}(K\u0001)s"
        }) {
      refuse(p -> p.ops(ops));
    }
  }

  @Test
  void takesValuesThatContainThemselvesForWhatTheyAre() {
    refuse(p -> p.ops("]q\u0000h\u0000a"), "a dict of tensors");
    refuse(p -> p.ops("}q\u0000").text("a").ops("h\u0000s"), "the keys [a]");
    refuse(p -> p.ops("}q\u0000").text("model").ops("h\u0000s"), "the keys [model]");
    accept(p -> p.ops("}q\u0000(").text("a").one().text("model").ops("h\u0000u"));
    accept(p -> p.ops("}(]q\u0000h\u0000aK\u0001").text("a").one().ops("u"));
    refuse(p -> p.ops("}]q\u0000h\u0000\u0085ah\u0000Q"), "a tuple that names a storage");
    refuse(p -> p.ops("]q\u0000(h\u0000h\u0000h\u0000h\u0000h\u0000tQ"), "names a storage");
    refuse(p -> p.ops("]q\u0000").raw(0x85).ops("a"), "on the stack");
    refuse(
        p ->
            p.global("torch._utils", "_rebuild_tensor_v2")
                .ops("]q\u0000h\u0000a0(")
                .ops("h\u0000h\u0000h\u0000h\u0000h\u0000h\u0000tR"),
        "the storage of a tensor");
  }

  @Test
  void dropsKeysThatAreNotPlainAndRefusesThoseThatComeTwice() {
    accept(p -> p.ops("}()N]NNN").text("a").one().ops("u"));
    refuse(p -> p.ops("}(").text("a").one().text("a").one().ops("u"), "each key once");
  }

  @Test
  void limitsDepthCountAndHeap() {
    refuse(p -> p.ops("(".repeat(100_000)), "values on the stack");
    refuse(p -> p.ops("N".repeat(100_000)), "values on the stack");
    refuse(p -> p.ops(")" + "\u0085".repeat(3_000_000)), "MiB of heap");
    refuse(p -> p.ops("]0".repeat(3_000_000)), "MiB of heap");
    refuse(p -> p.ops("}0".repeat(3_000_000)), "MiB of heap");
    refuse(p -> p.ops("M\u0001\u00020".repeat(3_000_000)), "MiB of heap");
    refuse(p -> p.ops("]q\u0000" + "h\u0000a".repeat(3_000_000)), "MiB of heap");
    refuse(
        p ->
            p.ops("(" + "N".repeat(60_000) + "1").ops(("(" + "N".repeat(60_000) + "1").repeat(150)),
        "MiB of heap");
    refuse(p -> p.ops("Nr").int32(1 << 18), "a memo of at most");
    refuse(p -> p.ops("Nr").int32(-1), "a memo of at most");
    refuse(p -> p.ops("j").int32(-1), "a value in the memo");
    refuse(p -> p.ops("N" + "\u0094".repeat(300_000)), "a memo of at most");
    refuse(p -> p.ops(".".repeat((16 << 20) + 1)), "a pickle of at most 16777216 bytes");
  }

  @Test
  void limitsTensorsOfOneStorage() {
    refuse(
        p ->
            p.one()
                .ops("q\u00000")
                .global("torch._utils", "_rebuild_tensor_v2")
                .ops("q\u00010")
                .ops("(")
                .storage("FloatStorage", "0", 1)
                .integer(0)
                .ops("))")
                .raw(0x89)
                .ops("}tq\u00020")
                .ops("h\u0001h\u0002R0".repeat(200_000)),
        "MiB of heap");
  }

  @Test
  void refusesLengthsBeyondThePickle() {
    refuse(p -> p.ops("X").int32(-1), "bytes more");
    refuse(p -> p.ops("X").int32(100), "bytes more");
    refuse(p -> p.raw(0x8d, 255, 255, 255, 255, 255, 255, 255, 255), "bytes more");
    refuse(p -> p.raw(0x8d, 0, 0, 0, 0, 0, 0, 0, 0x10), "bytes more");
    refuse(p -> p.raw(0x8c, 9), "bytes more");
    refuse(p -> p.raw(0x8a, 200), "bytes more");
    refuse(p -> p.ops("c" + "x".repeat(300) + "\n\n"), "a line of at most");
    refuse(p -> p.ops("X").int32(2).raw(0xc0, 0x80), "UTF-8");
  }

  /** Their decimal digits, in a message, would take minutes. */
  @Test
  void refusesHugeIntegers() {
    int[] digits = new int[1 << 18];
    Arrays.fill(digits, 0x5a);
    refuse(
        p ->
            p.ops("}(")
                .text("a")
                .one()
                .raw(0x8b)
                .int32(digits.length)
                .raw(digits)
                .text("x")
                .ops("u"),
        "an integer of at most 1024 bytes");
    accept(
        p ->
            p.ops("}(")
                .text("a")
                .one()
                .raw(0x8b)
                .int32(1024)
                .raw(Arrays.copyOf(digits, 1024))
                .text("x")
                .ops("u"));
  }

  @Test
  void refusesOtherProtocols() {
    for (int protocol : new int[] {0, 1, 6, 255}) {
      Attempt.refused(
          PthBytes.of(PickleBytes.protocol(protocol).ops("}").stop()), "protocol 2 to 5");
    }
    Attempt.refused(
        PthBytes.of(PickleBytes.protocol(2).raw(0x80, 6).ops("}").stop()), "protocol 2 to 5");
    Attempt.refused(PthBytes.of("(dp0\n.".getBytes(StandardCharsets.UTF_8)), "protocol");
    Attempt.refused(PthBytes.of(new byte[0]), "bytes more");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | 0 | 1 | 1 | at most 1 elements",
        "-1 | 0 | 1 | 1 | at most 1 elements",
        "9223372036854775807 | 0 | 1 | 1 | at most 1 elements",
        "1 | 1 | 1 | 1 | 1 elements from 1 on",
        "1 | -1 | 1 | 1 | 1 elements from -1 on",
        "1 | 9223372036854775807 | 1 | 1 | in a storage of 1",
        "1 | -9223372036854775808 | 1 | 1 | in a storage of 1",
        "1 | 0 | 2 | 1 | 2 elements from 0 on",
        "1 | 0 | 9223372036854775807 | 1 | in a storage of 1",
        "1 | 0 | 9223372036854775807 | 0 | more bytes than 64 bits",
        "1 | 0 | 2 | 9223372036854775807 | beyond 64 bits",
        "1 | 0 | 4611686018427387904 | 4 | beyond 64 bits",
        "1 | 0 | -1 | 1 | negative size",
        "1 | 0 | 2 | -1 | negative stride",
        "0 | 0 | 1 | 1 | in a storage of 0",
      })
  void refusesTensorsOutsideTheirStorage(
      long count, long offset, long size, long stride, String words) {
    refuse(
        p ->
            p.ops("}")
                .text("a")
                .tensor("FloatStorage", "0", count, offset, new long[] {size}, new long[] {stride})
                .ops("s"),
        words);
  }

  @Test
  void refusesTensorsOfBadParts() {
    long[] one = {1};
    refuse(p -> p.tensor("FloatStorage", "1", 1, 0, one, one), "storage 1: expected an entry");
    refuse(p -> p.tensor("FloatStorage", "../data.pkl", 1, 0, one, one), "an entry");
    refuse(p -> p.tensor("DoubleStorage", "0", 1, 0, one, one), "at most 0 elements");
    refuse(p -> p.tensor("FloatStorage", "0", 1, 0, one, new long[] {1, 1}), "with strides");
    refuse(p -> p.tensor("FloatStorage", "0", 1, 0, new long[65], new long[65]), "at most 64");
    refuse(p -> p.tensor("UntypedStorage", "0", 1, 0, one, one), "of one dtype");
    refuse(p -> p.tensor("float32", "0", 1, 0, one, one), "a storage class");
    refuse(p -> p.ops("(K\u0001K\u0001K\u0001K\u0001K\u0001tQ"), "names a storage");
    refuse(p -> p.ops(")Q"), "names a storage");
    refuse(p -> p.global("torch._utils", "_rebuild_tensor_v2").ops(")R"), "6 arguments");
    refuse(p -> p.global("torch._utils", "_rebuild_parameter").ops(")R"), "3 arguments");
    refuse(p -> p.global("torch._utils", "_rebuild_parameter").ops("NNN\u0087R"), "the tensor");
    long[] wide = {1L << 32, 1L << 32};
    refuse(p -> p.tensor("FloatStorage", "0", 1, 0, wide, new long[2]), "more elements than 64");
  }

  @Test
  void refusesEveryTruncation() {
    byte[] good = PickleBytes.protocol(2).ops("}(").text("a").one().ops("u").stop();
    Attempt.accepted(PthBytes.of(good, FOUR));
    for (int length = 0; length < good.length; length++) {
      Attempt.refused(PthBytes.of(Arrays.copyOf(good, length), FOUR));
    }
  }

  private static void accept(UnaryOperator<PickleBytes> content) {
    byte[] pickle = content.apply(PickleBytes.protocol(2)).stop();
    assertThat(Attempt.accepted(PthBytes.of(pickle, FOUR)).tensors()).containsOnlyKeys("a");
  }

  private static void refuse(UnaryOperator<PickleBytes> content, String... words) {
    byte[] pickle = content.apply(PickleBytes.protocol(2)).stop();
    Attempt.refused(PthBytes.of(pickle, FOUR), words);
  }
}
