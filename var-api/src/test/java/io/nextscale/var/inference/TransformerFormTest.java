package io.nextscale.var.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.NetworkConfig;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.nn.Attention;
import io.nextscale.var.nn.ChunkedAttention;
import io.nextscale.var.nn.DenseLinear;
import io.nextscale.var.nn.FusedAttention;
import io.nextscale.var.nn.Linear;
import io.nextscale.var.nn.StackedLinear;
import io.nextscale.var.raster.LlamaNetwork;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransformerFormTest {
  private final TransformerForm form = new TransformerForm();

  @Test
  void attentionNeedsNoMaximumWhereEveryScoreIsSmall() {
    ChunkedAttention chunked = ChunkedAttention.withMaximum();
    assertThat(form.attention(chunked, 60)).isNotEqualTo(TiledAttention.before(chunked));
    for (double score : new double[] {60.5, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThat(form.attention(chunked, score))
          .as("score %s", score)
          .isEqualTo(TiledAttention.before(chunked));
    }
    Attention fused = new FusedAttention();
    Attention headwise = form.attention(fused, 1);
    assertThat(headwise).isEqualTo(new HeadwiseAttention(fused));
    assertThat(form.attention(headwise, 1)).as("once").isEqualTo(headwise);
  }

  @Test
  void packedWeightsTakeThePlaceOfPlainOnes() {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Linear plain = new DenseLinear(Tensor.full(2, DType.FLOAT32, Device.CPU, 48, 16), null);
      Tensor input = Tensor.full(1, DType.FLOAT32, Device.CPU, 3, 16);
      float[] expected = plain.forward(input).toFloats();
      Linear packed = form.ofBlock(plain);
      assertThat(form.ofBlock(packed)).as("packed once").isSameAs(packed);
      assertThat(form.freeReplaced()).isEqualTo(Torch.usesOneDnn() ? 48 * 16 * 4 : 0);
      assertThat(form.freeReplaced()).isZero();
      assertThat(packed.forward(input).toFloats()).containsExactly(expected);
      if (Torch.usesOneDnn()) { // else the plain weight is used
        assertThatThrownBy(() -> plain.forward(input)).isInstanceOf(IllegalStateException.class);
      }
    }
    assertThat(Torch.liveTensors()).isZero();
  }

  @Test
  void stackedLayersAreOneProduct() {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      DenseLinear first = new DenseLinear(Tensor.full(2, DType.FLOAT32, Device.CPU, 48, 16), null);
      DenseLinear second = new DenseLinear(Tensor.full(3, DType.FLOAT32, Device.CPU, 48, 16), null);
      Linear stacked = new StackedLinear(first, second);
      Tensor input = Tensor.full(1, DType.FLOAT32, Device.CPU, 3, 16);
      float[] expected = stacked.forward(input).toFloats();
      assertThat(expected).hasSize(3 * 96).startsWith(32, 32).endsWith(48, 48);
      Linear joined = form.ofBlock(stacked);
      form.freeReplaced();
      assertThat(joined).isInstanceOf(OneDnnLinear.class);
      assertThat(joined.forward(input).toFloats()).containsExactly(expected);
      for (Linear replaced : List.of(first, second)) {
        assertThatThrownBy(() -> replaced.forward(input)).isInstanceOf(IllegalStateException.class);
      }
    }
    assertThat(Torch.liveTensors()).isZero();
  }

  @Test
  void keysOfSingleQueriesAreFloat32OnTheCpu() {
    for (DType type : new DType[] {DType.FLOAT32, DType.BFLOAT16}) {
      assertThat(form.keyType(type, Device.CPU)).isEqualTo(DType.FLOAT32);
      assertThat(form.keyType(type, Device.CUDA)).isEqualTo(type);
    }
  }

  /** The network as it was read has the element type of its layers. */
  @Test
  void keysOfARasterNetworkFollowTheForm() {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open();
        OpenModel model = ModelSource.randomPreset("llamagen-c2i-b-256", 7).open()) {
      ModelSpec spec = model.spec();
      TransformerConfig config = spec.transformer().toBuilder().depth(1).build();
      NetworkConfig.Llama kind = (NetworkConfig.Llama) config.network();
      WeightReader reader =
          new WeightReader(model.transformerWeights(), Device.CPU, DType.BFLOAT16);
      LlamaNetwork network = LlamaNetwork.read(reader, config, kind, spec.scales().last());
      assertThat(network.keyType()).isEqualTo(DType.BFLOAT16);
      assertThat(network.mapBlock(0, form).keyType()).isEqualTo(DType.FLOAT32);
    }
    assertThat(Torch.liveTensors()).isZero();
  }

  @Test
  void gradientsAreRefused() {
    try (TensorScope scope = TensorScope.open();
        GradMode training = GradMode.enabled()) {
      Linear plain = new DenseLinear(Tensor.full(2, DType.FLOAT32, Device.CPU, 4, 4), null);
      Linear outside = form.outsideBlocks(plain);
      assertThatThrownBy(() -> outside.forward(Tensor.full(1, DType.FLOAT32, Device.CPU, 1, 4)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("inference form has no derivative");
    }
    assertThat(Torch.liveTensors()).isZero();
  }
}
