import GraftAutograd
import GraftTensor

/// Layers of long short-term memory over sequences.
///
///     i, f, o = σ(…), g = tanh(…) of W x_t + b + R h_{t-1} + d
///     c_t = f c_{t-1} + i g
///     h_t = o tanh(c_t)
///
/// (Hochreiter, Schmidhuber: *Long Short-Term Memory*, 1997.) Has the keys and the order of gates of PyTorch's `LSTM`: `weight_ih_l0`, …
///
/// ```swift
/// let lstm = LSTM(128, 256, layers: 2, isBidirectional: true, using: &generator)
/// let (states, last) = lstm(embedded, lengths: [17, 9, 4])
/// ```
public final class LSTM: Module {
  /// The length of the input's last axis.
  public let inputCount: Int
  /// The elements of a state.
  public let width: Int
  /// Whether sequences are read from both ends.
  public let isBidirectional: Bool

  private let stack: RecurrentStack
  private let dropout: RecurrentDropout

  /// What the layers remember: for each layer, and each direction of it, h and c, `[layers · directions, n, width]`.
  public struct State {
    /// h.
    public var hidden: Variable
    /// c.
    public var cell: Variable

    /// The given h and c.
    public init(hidden: Variable, cell: Variable) {
      self.hidden = hidden
      self.cell = cell
    }

    /// The same numbers as constants: to go on with in the next piece of a long text, without a gradient back to this one.
    public func detached() -> State { State(hidden: hidden.detached(), cell: cell.detached()) }
  }

  /// Fresh layers: everything uniform in ±1/√width, as PyTorch has it.
  ///
  /// - Parameters:
  ///   - inputs: the length of the input's last axis.
  ///   - width: the elements of a state.
  ///   - layers: how many, one on the other. Default: 1.
  ///   - isBidirectional: whether each layer reads from both ends; its output is twice as wide then. Default: no.
  ///   - bias: whether there are biases. Default: yes.
  ///   - dropout: the probability of an element to be dropped between layers while training. Default: 0.
  ///   - weightDropout: the probability of a recurrent weight to be dropped for a whole sequence while training (Merity, Keskar,
  ///     Socher: *Regularizing and Optimizing LSTM Language Models*, 2017). Default: 0.
  ///   - generator: where the initial values come from.
  public init(
    _ inputs: Int, _ width: Int, layers: Int = 1, isBidirectional: Bool = false, bias: Bool = true,
    dropout: Float = 0, weightDropout: Float = 0, using generator: inout RandomGenerator
  ) {
    require(
      inputs > 0 && width > 0 && layers > 0, "LSTM: cannot make \(layers) layers from \(inputs) to \(width)")
    inputCount = inputs
    self.width = width
    self.isBidirectional = isBidirectional
    stack = RecurrentStack(
      inputs: inputs, width: width, gates: 4, layers: layers, isBidirectional: isBidirectional, bias: bias,
      using: &generator)
    self.dropout = RecurrentDropout(dropout, weights: weightDropout, in: "LSTM")
  }

  /// The parameters under PyTorch's names.
  public var members: [Member] { stack.members }

  /// Reads sequences.
  ///
  /// - Parameters:
  ///   - input: `[n, length, inputs]`.
  ///   - lengths: how long each sequence is; what is behind its end is not read. Default: all are as long as the input.
  ///   - state: what the layers remember at the start. Default: zeros.
  /// - Returns: the last layer's states, `[n, length, width]`, twice as wide if it reads from both ends, zeros behind the end of a
  ///   sequence; and what the layers remember of each whole sequence.
  ///
  /// Traps if the shapes do not fit or the input has no places.
  public func callAsFunction(
    _ input: Variable, lengths: [Int]? = nil, state: State? = nil
  ) -> (states: Variable, last: State) {
    require(
      input.shape.rank == 3 && input.shape[2] == inputCount && input.shape[1] > 0,
      "LSTM: an input of shape \(input.shape) is not [n, length, \(inputCount)]")
    let (count, length) = (input.shape[0], input.shape[1])
    let zeros = Variable(Tensor.zeros([count, width]))
    var (hiddens, cells) = ([Variable](), [Variable]())
    let states = stack(input, dropout: dropout) { weights, index, sequence, isReversed in
      let result = sequence.lstm(
        weights, hidden: state?.hidden.select(index) ?? zeros, cell: state?.cell.select(index) ?? zeros,
        lengths: lengths, isReversed: isReversed)
      hiddens.append(result.hidden.select(isReversed ? 0 : length - 1))
      cells.append(result.lastCell)
      return result.hidden
    }
    let last = State(hidden: .stacked(hiddens), cell: .stacked(cells))
    return (states.zeroed(behind: lengths), last)
  }
}
