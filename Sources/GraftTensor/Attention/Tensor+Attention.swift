import CGraftKernels

extension Tensor where Scalar == Float {
  /// Scaled dot-product attention, `dropout(softmax(scale · q kᵀ + mask)) v` for each head, in tiles: the matrix of all
  /// weights never exists.
  ///
  /// Vaswani et al., *Attention Is All You Need*, 2017; in tiles: Rabe and Staats, *Self-attention Does Not Need O(n²)
  /// Memory*, 2021; Dao et al., *FlashAttention*, 2022.
  /// - Parameters:
  ///   - query: shape `[batch, heads, queries, width]`, of any strides, as are key and value; nothing is copied if the elements
  ///     of the last axis lie side by side.
  ///   - key: shape `[batch, heads, keys, width]`.
  ///   - value: shape `[batch, heads, keys, value width]`.
  /// - Returns: the output, shape `[batch, heads, queries, value width]`, whose memory is `[batch, queries, heads, value width]`,
  ///   so that transposing and joining the heads copies nothing; and for each query the logarithm of the sum of its
  ///   exponentiated scores, `[batch, heads, queries]`. A query that sees no key has output 0 and +∞ there.
  package static func attention(
    query: Tensor, key: Tensor, value: Tensor, settings: AttentionSettings
  ) -> (output: Tensor, logSum: Tensor) {
    let plan = AttentionPlan(query, key, value, settings)
    let output = AttentionResult(
      batch: plan.batch, heads: plan.heads, rows: plan.queries, width: plan.valueWidth)
    let logSum = Tensor(shape: [plan.batch, plan.heads, plan.queries]) { logSum in
      guard let base = logSum.baseAddress else { return }
      plan.withKernelArguments { arguments in
        graft_attention_forward(&arguments, output.heads, base, Kernels.current, graft_thread_count())
      }
    }
    return (output.tensor, logSum)
  }

  /// The gradients of ``attention(query:key:value:settings:)`` from that of its output. The weights are computed again, tile by
  /// tile.
  ///
  /// - Returns: gradients of the shapes of query, key and value; their memory is laid out like the output's.
  package static func attentionGradients(
    query: Tensor, key: Tensor, value: Tensor, settings: AttentionSettings, output: Tensor, logSum: Tensor,
    outputGradient: Tensor
  ) -> (query: Tensor, key: Tensor, value: Tensor) {
    let plan = AttentionPlan(query, key, value, settings)
    require(
      output.shape == outputGradient.shape
        && output.shape == [plan.batch, plan.heads, plan.queries, plan.valueWidth],
      "scaledDotProductAttention: gradient of shape \(outputGradient.shape) for an output of shape \(output.shape)"
    )
    func result(_ rows: Int, _ width: Int) -> AttentionResult {
      AttentionResult(batch: plan.batch, heads: plan.heads, rows: rows, width: width)
    }
    let queryGradient = result(plan.queries, plan.width)
    let keyGradient = result(plan.keys, plan.width)
    let valueGradient = result(plan.keys, plan.valueWidth)
    plan.withKernelArguments { arguments in
      AttentionPlan.readable(output).withHeads { output in
        AttentionPlan.readable(outputGradient).withHeads { outputGradient in
          logSum.contiguous().withUnsafeElements { logSum in
            graft_attention_backward(
              &arguments, output, logSum, outputGradient, queryGradient.heads, keyGradient.heads,
              valueGradient.heads, Kernels.current, graft_thread_count())
          }
        }
      }
    }
    return (queryGradient.tensor, keyGradient.tensor, valueGradient.tensor)
  }
}
