package io.nextscale.var.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.DType;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PthReaderTest {
  private static final byte[] FOUR = {1, 2, 3, 4};

  @Test
  void sharesStorages() {
    byte[] storage = new byte[48];
    for (int i = 0; i < storage.length; i++) {
      storage[i] = (byte) i;
    }
    long[] shape = {3, 2};
    byte[] pickle =
        pickle()
            .ops("}(")
            .text("all")
            .tensor("FloatStorage", "0", 12, 0, new long[] {12}, new long[] {1})
            .text("transposed")
            .tensor("FloatStorage", "0", 12, 2, shape, new long[] {1, 3})
            .text("last")
            .tensor("FloatStorage", "0", 12, 11, new long[0], new long[0])
            .text("empty")
            .tensor("FloatStorage", "0", 12, 12, new long[] {0}, new long[] {1})
            .ops("u")
            .stop();
    Map<String, StoredTensor> tensors = Attempt.accepted(PthBytes.of(pickle, storage)).tensors();
    assertThat(tensors.keySet()).containsExactly("all", "transposed", "last", "empty");
    assertThat(tensors.get("all").data().byteSize()).isEqualTo(48);
    StoredTensor transposed = tensors.get("transposed");
    assertThat(transposed.isContiguous()).isFalse();
    assertThat(transposed.data().byteSize()).isEqualTo(24);
    assertThat(transposed.data().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 8);
    assertThat(Tensors.elements(transposed)).startsWith(8, 9, 10, 11, 20, 21);
    assertThat(tensors.get("last").elementCount()).isEqualTo(1);
    assertThat(tensors.get("last").data().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 44);
    assertThat(tensors.get("empty").data().byteSize()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "DoubleStorage, FLOAT64",
    "FloatStorage, FLOAT32",
    "HalfStorage, FLOAT16",
    "BFloat16Storage, BFLOAT16",
    "LongStorage, INT64",
    "IntStorage, INT32",
    "ShortStorage, INT16",
    "CharStorage, INT8",
    "ByteStorage, UINT8",
    "BoolStorage, BOOL"
  })
  void readsEveryStorage(String storage, DType dtype) {
    byte[] pickle =
        pickle()
            .ops("}")
            .text("a")
            .tensor(storage, "0", 1, 0, new long[] {1, 1}, new long[] {7, 7})
            .ops("s")
            .stop();
    CheckpointContents contents = Attempt.accepted(PthBytes.of(pickle, new byte[dtype.byteSize()]));
    assertThat(contents.tensors().get("a").dtype()).isEqualTo(dtype);
  }

  @Test
  void readsUntypedStorages() {
    byte[] pickle =
        pickle()
            .ops("}")
            .text("a")
            .global("torch._utils", "_rebuild_tensor_v3")
            .ops("((")
            .text("storage")
            .global("torch.storage", "UntypedStorage")
            .text("0")
            .text("cpu")
            .integer(4)
            .ops("tQ")
            .integer(1)
            .integers(1)
            .integers(1)
            .raw(0x89)
            .global("collections", "OrderedDict")
            .ops(")R")
            .global("torch", "int16")
            .ops("tRs")
            .stop();
    StoredTensor tensor = Attempt.accepted(PthBytes.of(pickle, FOUR)).tensors().get("a");
    assertThat(tensor.dtype()).isEqualTo(DType.INT16);
    assertThat(tensor.data().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 3);
  }

  @Test
  void readsParametersSizesAndMetadata() {
    byte[] pickle =
        pickle()
            .global("collections", "OrderedDict")
            .ops(")R(")
            .text("a")
            .global("torch._utils", "_rebuild_parameter")
            .ops("(")
            .one()
            .raw(0x88)
            .ops("}tR")
            .ops("u}")
            .text("_metadata")
            .global("collections", "OrderedDict")
            .ops(")Rsb")
            .stop();
    assertThat(Attempt.accepted(PthBytes.of(pickle, FOUR)).tensors()).containsOnlyKeys("a");
    byte[] size =
        pickle()
            .ops("}(")
            .text("epoch")
            .global("torch", "Size")
            .integers(1, 2)
            .raw(0x85)
            .ops("R")
            .text("args")
            .ops("](K\u0001NM\u0001\u0002G12345678J\u0001\u0002\u0003\u0004e")
            .text("more")
            .ops("]Na)")
            .raw(0x85)
            .ops("0")
            .text("model")
            .ops("}")
            .text("a")
            .one()
            .ops("su")
            .stop();
    assertThat(Attempt.accepted(PthBytes.of(size, FOUR)).layout()).isEqualTo("pth model");
  }

  @Test
  void readsProtocolFour() {
    byte[] pickle =
        PickleBytes.protocol(4)
            .raw(0x95, 0, 0, 0, 0, 0, 0, 0, 0)
            .ops("}")
            .raw(0x94, 0x8c, 1, 'a', 0x94)
            .raw(0x8c, 12)
            .ops("torch._utils")
            .raw(0x8c, 18)
            .ops("_rebuild_tensor_v2")
            .raw(0x93)
            .ops("(")
            .storage("FloatStorage", "0", 1)
            .ops("K\u0000")
            .integers()
            .integers()
            .raw(0x89)
            .ops("NtRs")
            .stop();
    assertThat(Attempt.accepted(PthBytes.of(pickle, FOUR)).tensors()).containsOnlyKeys("a");
  }

  @Test
  void unwrapsTrainers() {
    byte[] pickle =
        pickle()
            .ops("}(")
            .text("epoch")
            .ops("K\u0007")
            .text("trainer")
            .ops("}(")
            .text("config")
            .ops("}")
            .text("var_wo_ddp")
            .ops("}")
            .text("a")
            .one()
            .ops("suu")
            .stop();
    CheckpointContents contents = Attempt.accepted(PthBytes.of(pickle, FOUR));
    assertThat(contents.layout()).isEqualTo("pth trainer.var_wo_ddp");
    assertThat(contents.tensors()).containsOnlyKeys("a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "module.a | module.b | a | pth state_dict without module.",
        "_orig_mod.module.a | _orig_mod.module.b | a | pth state_dict without _orig_mod., module.",
        "module.a | b | a | pth state_dict without module.",
        "x.0._orig_mod.a | y._checkpoint_wrapped_module.b | x.0.a"
            + " | pth state_dict without _orig_mod., _checkpoint_wrapped_module.",
        "_fsdp_wrapped_module.x._fsdp_wrapped_module.a | c | x.a"
            + " | pth state_dict without _fsdp_wrapped_module.",
        "module.a | module. | module. | pth state_dict without module.",
        "model.a | model.b | a | pth state_dict without model.",
        "model.vae.a | model.vae.b | a | pth state_dict without model. without vae.",
        "model.a | b | model.a | pth state_dict",
        "modules.a | b_orig_mod.c | modules.a | pth state_dict",
      })
  void takesOffTheNamesOfWrappers(String one, String two, String name, String layout) {
    byte[] pickle =
        pickle()
            .ops("}")
            .text("state_dict")
            .ops("}(")
            .text(one)
            .one()
            .text(two)
            .one()
            .ops("us")
            .stop();
    CheckpointContents contents = Attempt.accepted(PthBytes.of(pickle, FOUR));
    assertThat(contents.layout()).isEqualTo(layout);
    assertThat(contents.tensors()).containsKey(name).hasSize(2);
  }

  @Test
  void refusesNamesThatBecomeOne() {
    byte[] pickle = pickle().ops("}(").text("module.a").one().text("a").one().ops("u").stop();
    Attempt.refused(PthBytes.of(pickle, FOUR), "a: expected one tensor of this name", "[module.]");
  }

  @Test
  void namesTheKeysOfUnknownLayouts() {
    byte[] other = pickle().ops("}(").text("net").ops("}").text("ema\n").ops("}u").stop();
    Attempt.refused(PthBytes.of(other), "no tensors under the keys [net, ema\ufffd]");
    byte[] net = pickle().ops("}").text("net").ops("}").text("a").one().ops("ss").stop();
    Attempt.refused(PthBytes.of(net, FOUR), "tensors under net; choose them by that key");
    byte[] number = pickle().ops("}K\u0001").one().ops("s").stop();
    Attempt.refused(PthBytes.of(number, FOUR), "flat: expected names as keys");
    Attempt.refused(PthBytes.of(pickle().ops("]").stop()), "a dict of tensors");
    Attempt.refused(PthBytes.of(pickle().one().stop(), FOUR), "a dict of tensors");
    Attempt.refused(PthBytes.of(pickle().ops("N").stop()), "a dict of tensors", "None");
  }

  @ParameterizedTest
  @ValueSource(strings = {"big", "little\n", "", "LITTLE"})
  void refusesOtherByteOrders(String order) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("a/data.pkl", pickle().ops("}").stop());
    entries.put("a/byteorder", order.getBytes(StandardCharsets.US_ASCII));
    Attempt.refused(PthBytes.zip(entries, ZipEntry.STORED), "byteorder: expected little");
  }

  @Test
  void refusesArchivesOfOtherKinds() {
    Attempt.refused(PthBytes.zip(Map.of(), ZipEntry.STORED), "without a folder");
    Attempt.refused(PthBytes.zip(Map.of("a/b", FOUR), ZipEntry.STORED), "without a/data.pkl");
    Map<String, byte[]> script = new LinkedHashMap<>();
    script.put("a/data.pkl", pickle().ops("}").stop());
    script.put("a/constants.pkl", pickle().ops(")").stop());
    Attempt.refused(PthBytes.zip(script, ZipEntry.STORED), "torch.jit.save");
  }

  private static PickleBytes pickle() {
    return PickleBytes.protocol(2);
  }
}
