import CGraftKernels

/// A layer of long short-term memory on texts: every state that it goes through, and what the way back needs.
///
///     i, f, o = σ(…), g = tanh(…) of W x_t + R h_{t-1} + b
///     c_t = f c_{t-1} + i g
///     h_t = o tanh(c_t)
///
/// (Hochreiter, Schmidhuber: *Long Short-Term Memory*, 1997; the forget gate is of Gers, Schmidhuber, Cummins, 2000.) Each block of texts goes
/// through all its steps on one thread.
package struct LSTMSequence: Sendable {
  /// h after each place, `[length, n, width]`; behind the end of a text its last state.
  package let hidden: Tensor<Float>

  /// c after each place, `[length, n, width]`.
  package let cell: Tensor<Float>

  /// The values of i, f, g and o side by side, `[length, n, 4 · width]`.
  private let gates: Tensor<Float>

  private let weight, initialHidden, initialCell: Tensor<Float>
  private let plan: RecurrentPlan

  /// Goes through the texts.
  ///
  /// - Parameters:
  ///   - inputGates: W x + b for each place, `[length, n, 4 · width]`.
  ///   - weight: R, `[4 · width, width]`.
  ///   - hidden: h before the first step, `[n, width]`.
  ///   - cell: c before the first step, `[n, width]`.
  package init(
    inputGates: consuming Tensor<Float>, weight: Tensor<Float>, hidden first: Tensor<Float>,
    cell firstCell: Tensor<Float>, plan: RecurrentPlan
  ) {
    let shape: Shape = [plan.length, plan.rows, plan.width]
    var (gates, hidden, cell) = (
      inputGates, Tensor<Float>(uninitialized: shape), Tensor<Float>(uninitialized: shape)
    )
    self.plan = plan
    self.weight = weight
    initialHidden = first
    initialCell = firstCell
    let width = plan.width
    gates.withUnsafeMutableBuffer { gates in
      hidden.withUnsafeMutableBuffer { hidden in
        cell.withUnsafeMutableBuffer { cell in
          Tensor.withElements(of: [weight, first, firstCell]) { inputs in
            guard let gates = gates.baseAddress, let hidden = hidden.baseAddress, let cell = cell.baseAddress
            else { return }
            let (firstHidden, firstCell) = (inputs[1], inputs[2])
            let weight = RecurrentWeight(
              inputs[0], inputs: width, outputs: 4 * width, inputStride: 1, outputStride: width)
            parallelFor(plan.blocks) { _, rows in
              let kernels = Kernels.current
              let scratch = Storage<Float>(count: weight.scratchCount(rows: rows.count))
              var (before, cellBefore) = (firstHidden, firstCell)
              for step in 0..<plan.length {
                let place = plan.place(step)
                let start = place * plan.rows * width
                weight.addProducts(
                  rows: rows.count, states: before + rows.lowerBound * width, stateStride: width,
                  to: gates + 4 * (start + rows.lowerBound * width), sumStride: 4 * width,
                  scratch: scratch.pointer)
                for row in rows {
                  let (old, new) = (row * width, start + row * width)
                  if plan.isActive(row: row, place: place) {
                    kernels.pointee.lstm_step(
                      gates + 4 * new, cellBefore + old, cell + new, hidden + new, width)
                  } else {
                    (hidden + new).update(from: before + old, count: width)
                    (cell + new).update(from: cellBefore + old, count: width)
                  }
                }
                before = UnsafePointer(hidden + start)
                cellBefore = UnsafePointer(cell + start)
              }
            }
          }
        }
      }
    }
    self.gates = gates
    self.hidden = hidden
    self.cell = cell
  }

  /// What the gradient of the states gives.
  package struct Gradients {
    /// Of W x + b, `[length, n, 4 · width]`.
    package let inputGates: Tensor<Float>
    /// Of R.
    package let weight: Tensor<Float>
    /// Of h and c before the first step, `[n, width]`.
    package let hidden, cell: Tensor<Float>
  }

  /// The way back.
  ///
  /// - Parameters:
  ///   - gradient: of ``hidden``, `[length, n, width]`.
  ///   - lastCell: of c after the last step, `[n, width]`; `nil` for none.
  package func pullBack(_ gradient: Tensor<Float>, lastCell: Tensor<Float>?) -> Gradients {
    let width = plan.width
    // A place behind a text's end has no gradient; every other one is written.
    var gateGradients = plan.isPadded ? Tensor<Float>.zeros(gates.shape) : Tensor(uninitialized: gates.shape)
    var hiddenGradient = Tensor<Float>.zeros(initialHidden.shape)
    var cellGradient = lastCell?.owned() ?? .zeros(initialCell.shape)
    gateGradients.withUnsafeMutableBuffer { out in
      hiddenGradient.withUnsafeMutableBuffer { carried in
        cellGradient.withUnsafeMutableBuffer { cellCarried in
          Tensor.withElements(of: [gradient, gates, cell, initialCell, weight]) { inputs in
            guard let out = out.baseAddress, let carried = carried.baseAddress,
              let cellCarried = cellCarried.baseAddress
            else { return }
            let (gradient, gates, cell, firstCell) = (inputs[0], inputs[1], inputs[2], inputs[3])
            let weight = RecurrentWeight(
              inputs[4], inputs: 4 * width, outputs: width, inputStride: width, outputStride: 1)
            parallelFor(plan.blocks) { _, rows in
              let kernels = Kernels.current
              let scratch = Storage<Float>(count: weight.scratchCount(rows: rows.count))
              for step in (0..<plan.length).reversed() {
                let place = plan.place(step)
                let start = place * plan.rows * width
                let cellBefore = step == 0 ? firstCell : cell + plan.place(step - 1) * plan.rows * width
                for row in rows {
                  let (old, new) = (row * width, start + row * width)
                  let total = carried + old
                  kernels.pointee.add(total, gradient + new, total, width)
                  // A state that was passed on keeps its gradient, and its gates have none.
                  guard plan.isActive(row: row, place: place) else { continue }
                  kernels.pointee.lstm_step_backward(
                    gates + 4 * new, cellBefore + old, cell + new, total, cellCarried + old, out + 4 * new,
                    width)
                  total.update(repeating: 0, count: width)
                }
                weight.addProducts(
                  rows: rows.count, states: out + 4 * (start + rows.lowerBound * width),
                  stateStride: 4 * width,
                  to: carried + rows.lowerBound * width, sumStride: width, scratch: scratch.pointer)
              }
            }
          }
        }
      }
    }
    return Gradients(
      inputGates: gateGradients,
      weight: plan.weightGradient(gateGradients, states: hidden, initial: initialHidden),
      hidden: hiddenGradient, cell: cellGradient)
  }
}

extension RecurrentPlan {
  /// The gradient of the weight that states are multiplied by: the sum over all steps of (gradient of the gates)ᵀ · (state before).
  func weightGradient(
    _ gates: Tensor<Float>, states: Tensor<Float>, initial: Tensor<Float>
  ) -> Tensor<Float> {
    guard length > 0 else { return .zeros([gates.shape[2], width]) }
    let first = gates.select(place(0)).transposed().matmul(initial)
    guard length > 1 else { return first }
    let count = (length - 1) * rows
    let earlier = isReversed ? states.slice(1..<length) : states.slice(0..<(length - 1))
    let later = isReversed ? gates.slice(0..<(length - 1)) : gates.slice(1..<length)
    return later.reshaped(to: [count, gates.shape[2]]).transposed()
      .matmul(earlier.reshaped(to: [count, width])) + first
  }
}
