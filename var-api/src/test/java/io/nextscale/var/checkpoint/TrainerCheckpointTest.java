package io.nextscale.var.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints as trainers leave them, with much beside the weights. */
class TrainerCheckpointTest {
  private static final byte[] FOUR = {0, 0, (byte) 0x80, 0x3f};

  @Test
  void passesOverWhatIsNoWeight() {
    byte[] pickle =
        PickleBytes.protocol(4)
            .ops("}(")
            .text("model")
            .ops("}")
            .text("a")
            .one()
            .ops("s")
            .text("args") // argparse.Namespace(lr=[1])
            .global("argparse", "Namespace")
            .ops(")")
            .raw(0x81)
            .ops("}(")
            .text("lr")
            .ops("]K\u0001aub")
            .text("best_acc") // numpy.float64(0.0)
            .global("numpy.core.multiarray", "scalar")
            .ops("(")
            .global("numpy", "dtype")
            .ops("(")
            .text("f8")
            .raw(0x89, 0x88)
            .ops("tR(K\u0003")
            .text("<")
            .ops("NNNtb")
            .raw('C', 8, 0, 0, 0, 0, 0, 0, 0, 0)
            .ops("tR")
            .text("names") // {'x'}, frozenset(), bytearray(b'y'), b'z', 2 ** 80
            .raw(0x8f, '(')
            .text("x")
            .raw(0x90)
            .text("more")
            .ops("](")
            .raw('(', 0x91)
            .raw(0x96, 1, 0, 0, 0, 0, 0, 0, 0, 'y')
            .raw('B', 1, 0, 0, 0, 'z')
            .raw(0x8e, 1, 0, 0, 0, 0, 0, 0, 0, 'z')
            .raw(0x8b, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
            .ops("2e")
            .text("state") // defaultdict(list, {...})
            .global("collections", "defaultdict")
            .global("builtins", "list")
            .raw(0x85)
            .ops("R(K\u0001K\u0002u")
            .text("python2")
            .raw('U', 2, 'o', 'k')
            .text("raw2")
            .raw('T', 2, 0, 0, 0, 0xff, 0xfe)
            .ops("u")
            .stop();
    CheckpointContents read = Attempt.accepted(PthBytes.of(pickle, FOUR));
    assertThat(read.layout()).isEqualTo("pth model");
    assertThat(read.tensors()).containsOnlyKeys("a");
    assertThat(read.others())
        .containsExactly(
            "args: an object of argparse.Namespace",
            "best_acc: an object of numpy.core.multiarray.scalar",
            "names: an object of set",
            "more: a list",
            "state: an object of collections.defaultdict",
            "python2: a text",
            "raw2: an object of bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model",
        "module",
        "state_dict",
        "model_state_dict",
        "ema",
        "model_ema",
        "state_dict_ema"
      })
  void findsTheUsualKeys(String key) {
    byte[] pickle =
        PickleBytes.protocol(5)
            .ops("}(")
            .text("epoch")
            .ops("K\u0007")
            .text(key)
            .ops("}")
            .text("a")
            .one()
            .ops("su")
            .stop();
    CheckpointContents read = Attempt.accepted(PthBytes.of(pickle, FOUR));
    assertThat(read.layout()).isEqualTo("pth " + key);
    assertThat(read.tensors()).containsOnlyKeys("a");
  }

  /** {'trainer': {'var_wo_ddp': {'pos_1LC'}, 'vae_local': {'q'}}, 'ema': {'e'}, 'model': {}}. */
  private static final byte[] SEVERAL =
      PthBytes.of(
          PickleBytes.protocol(2)
              .ops("}(")
              .text("trainer")
              .ops("}(")
              .text("var_wo_ddp")
              .ops("}")
              .text("pos_1LC")
              .one()
              .ops("s")
              .text("vae_local")
              .ops("}")
              .text("q")
              .one()
              .ops("su")
              .text("ema")
              .ops("}")
              .text("e")
              .one()
              .ops("s")
              .text("model")
              .ops("}u")
              .stop(),
          FOUR);

  @ParameterizedTest
  @CsvSource({
    ", , pos_1LC, pth trainer.var_wo_ddp",
    ", q, q, pth trainer.vae_local",
    ", e, e, pth ema",
    ", none, pos_1LC, pth trainer.var_wo_ddp",
    "ema, , e, pth ema",
    "ema, q, e, pth ema",
    "trainer.vae_local, , q, pth trainer.vae_local",
  })
  void choosesBetweenSeveral(String key, String tensor, String name, String layout) {
    CheckpointContents read =
        Attempt.accepted(
            SEVERAL, new WeightChoice(key, tensor == null ? List.of() : List.of(tensor)));
    assertThat(read.tensors()).containsOnlyKeys(name);
    assertThat(read.layout()).isEqualTo(layout);
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "flat", "trainer", "none", "ema.e", "", "."})
  void namesTheKeysThatHoldTensors(String key) {
    assertThat(Attempt.read(SEVERAL, WeightChoice.at(key)).refusal)
        .hasMessageContaining("a dict of tensors under the key " + key)
        .hasMessageContaining("ema, trainer.var_wo_ddp, trainer.vae_local");
  }

  /** A dict of 20,000 dicts that are one dict of 20,000 numbers: no search visits all pairs. */
  @Test
  void searchesDictsOnce() {
    PickleBytes pickle = PickleBytes.protocol(2).ops("}(");
    PickleBytes inner = PickleBytes.protocol(2);
    for (int i = 0; i < 20_000; i++) {
      inner.ops("J").int32(i).ops("N");
    }
    byte[] numbers = Arrays.copyOfRange(inner.bytes(), 2, inner.bytes().length);
    pickle.ops("J").int32(-1).ops("}q\u0000(");
    for (byte b : numbers) {
      pickle.raw(b);
    }
    pickle.ops("u");
    for (int i = 0; i < 20_000; i++) {
      pickle.ops("J").int32(i).ops("h\u0000");
    }
    byte[] file = PthBytes.of(pickle.ops("u").stop());
    assertTimeoutPreemptively(
        Duration.ofMinutes(2), () -> Attempt.refused(file, "no tensors under the keys [-1, 0,"));
  }

  @Test
  void takesThePartsOfALightningModule() {
    byte[] file =
        PthBytes.of(
            PickleBytes.protocol(2)
                .ops("}")
                .text("state_dict")
                .ops("}(")
                .text("vae.q")
                .one()
                .text("var._orig_mod.pos_1LC")
                .one()
                .text("loss.w")
                .one()
                .ops("us")
                .stop(),
            FOUR);
    CheckpointContents vae = Attempt.accepted(file, WeightChoice.having("q"));
    assertThat(vae.tensors()).containsOnlyKeys("q");
    assertThat(vae.layout()).isEqualTo("pth state_dict without _orig_mod. of vae.");
    assertThat(Attempt.accepted(file, WeightChoice.having("pos_1LC")).tensors())
        .containsOnlyKeys("pos_1LC");
    assertThat(Attempt.accepted(file).tensors()).containsOnlyKeys("vae.q", "var.pos_1LC", "loss.w");
  }

  @Test
  void namesFilesOfOtherKinds() {
    named("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "git lfs pull");
    named("<!DOCTYPE html>\n<html><body>Please sign in</body></html>\n", "a web page");
    named("\ufeff\n <HTML>", "a web page");
    named("{\"error\": \"Repository not found\"}", "a JSON text", "Repository not found");
    named("Not Found", "a text that begins \"Not Found\"");
    named("", "an empty file");
    Attempt.refused(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0}, "a gzip archive; unpack it");
    Attempt.refused(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10}, "a PNG image");
    Attempt.refused(new byte[] {1, 2, 3}, "an unknown kind of file");
    Attempt.refused(PickleBytes.protocol(2).ops("}").stop(), "a pickle that torch.save did not");
  }

  private static void named(String content, String... words) {
    Attempt.refused(content.getBytes(StandardCharsets.UTF_8), words);
  }
}
