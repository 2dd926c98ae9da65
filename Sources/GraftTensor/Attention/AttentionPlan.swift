import CGraftKernels

/// The shapes of an attention, checked, with operands that the kernels can read.
struct AttentionPlan {
  let batch: Int
  let heads: Int
  let queries: Int
  let keys: Int
  let width: Int
  let valueWidth: Int
  let scale: Float
  let query: Tensor<Float>
  let key: Tensor<Float>
  let value: Tensor<Float>
  let settings: AttentionSettings

  /// Traps with the shapes unless they are `[batch, heads, queries, width]`, `[batch, heads, keys, width]`,
  /// `[batch, heads, keys, valueWidth]` and, for the mask, `[batch, keys]`.
  init(_ query: Tensor<Float>, _ key: Tensor<Float>, _ value: Tensor<Float>, _ settings: AttentionSettings) {
    require(
      query.rank == 4 && key.rank == 4 && value.rank == 4 && key.shape[0] == query.shape[0]
        && key.shape[1] == query.shape[1] && key.shape[3] == query.shape[3] && value.shape[0] == key.shape[0]
        && value.shape[1] == key.shape[1] && value.shape[2] == key.shape[2],
      "scaledDotProductAttention: query \(query.shape), key \(key.shape) and value \(value.shape) have to be "
        + "[batch, heads, queries, width], [batch, heads, keys, width] and [batch, heads, keys, value width]")
    require(
      settings.mask.map { $0.shape == [key.shape[0], key.shape[2]] } ?? true,
      "scaledDotProductAttention: mask \(settings.mask?.shape ?? []) has to be [batch, keys] for key \(key.shape)"
    )
    (batch, heads, queries, width) = (query.shape[0], query.shape[1], query.shape[2], query.shape[3])
    (keys, valueWidth) = (key.shape[2], value.shape[3])
    scale = settings.scale ?? 1 / Float(Swift.max(width, 1)).squareRoot()
    self.query = Self.readable(query)
    self.key = Self.readable(key)
    self.value = Self.readable(value)
    self.settings = settings
  }

  /// The tensor, copied only if the elements of a row do not lie side by side.
  static func readable(_ tensor: Tensor<Float>) -> Tensor<Float> {
    tensor.strides[3] == 1 || tensor.shape[3] <= 1 ? tensor : tensor.contiguous()
  }

  /// Calls `body` with what the kernels take.
  func withKernelArguments(_ body: (inout graft_attention) -> Int32) {
    var arguments = graft_attention()
    (arguments.batch, arguments.heads, arguments.queries, arguments.keys) = (batch, heads, queries, keys)
    (arguments.width, arguments.value_width) = (width, valueWidth)
    (arguments.causal, arguments.scale) = (settings.isCausal ? 1 : 0, scale)
    if let dropout = settings.dropout {
      (arguments.dropped, arguments.factor) = (dropout.dropped, dropout.factor)
      (arguments.seed, arguments.stream) = (dropout.generator.seed, dropout.generator.stream)
      arguments.block = dropout.generator.block
    }
    let mask = settings.mask?.contiguous()
    let done = query.withHeads { query in
      key.withHeads { key in
        value.withHeads { value in
          (arguments.query, arguments.key, arguments.value) = (query, key, value)
          guard let mask else { return body(&arguments) }
          return mask.withUnsafeElements { mask in
            arguments.mask = UnsafeRawPointer(mask).assumingMemoryBound(to: UInt8.self)
            return body(&arguments)
          }
        }
      }
    }
    if done == 0 {
      fatalError("scaledDotProductAttention: no memory for tiles of \(query.shape) and \(key.shape)")
    }
  }
}

extension Tensor where Scalar == Float {
  /// Calls `body` with the place of the heads of a tensor `[batch, heads, rows, width]`.
  func withHeads<Result>(_ body: (graft_heads) -> Result) -> Result {
    withUnsafeElements { body(graft_heads(base: $0, batch: strides[0], head: strides[1], row: strides[2])) }
  }
}

/// A tensor `[batch, heads, rows, width]` to be written whose memory is `[batch, rows, heads, width]`: joining the heads afterwards is a
/// matter of views.
struct AttentionResult {
  private let memory: Tensor<Float>

  init(batch: Int, heads: Int, rows: Int, width: Int) {
    memory = Tensor(uninitialized: [batch, rows, heads, width])
  }

  var heads: graft_heads_out {
    let strides = memory.strides
    return graft_heads_out(base: memory.firstElement, batch: strides[0], head: strides[2], row: strides[1])
  }

  var tensor: Tensor<Float> { memory.transposed(1, 2) }
}
