import CGraftKernels

/// A layer of gated recurrent units on texts: every state that it goes through, and what the way back needs.
///
///     r, z = σ(W x_t + b + R h_{t-1} + d)
///     n = tanh(W_n x_t + b_n + r (R_n h_{t-1} + d_n))
///     h_t = (1 - z) n + z h_{t-1}
///
/// (Cho et al.: *Learning Phrase Representations using RNN Encoder–Decoder*, 2014, in the form that PyTorch has: r is applied after the
/// product.) Each block of texts goes through all its steps on one thread.
package struct GRUSequence: Sendable {
  /// h after each place, `[length, n, width]`; behind the end of a text its last state.
  package let hidden: Tensor<Float>

  /// The values of r, z and n side by side, `[length, n, 3 · width]`.
  private let gates: Tensor<Float>

  /// R_n h + d_n at each place, `[length, n, width]`.
  private let fed: Tensor<Float>

  private let weight, initialHidden: Tensor<Float>
  private let plan: RecurrentPlan

  /// Goes through the texts.
  ///
  /// - Parameters:
  ///   - inputGates: W x + b for each place, `[length, n, 3 · width]`.
  ///   - weight: R, `[3 · width, width]`.
  ///   - bias: d, `[3 · width]`.
  ///   - hidden: h before the first step, `[n, width]`.
  package init(
    inputGates: consuming Tensor<Float>, weight: Tensor<Float>, bias: Tensor<Float>,
    hidden first: Tensor<Float>,
    plan: RecurrentPlan
  ) {
    let shape: Shape = [plan.length, plan.rows, plan.width]
    var (gates, hidden, fed) = (inputGates, Tensor<Float>(uninitialized: shape), Tensor<Float>.zeros(shape))
    var scratch = Tensor<Float>.zeros([plan.rows, 3 * plan.width])
    self.plan = plan
    self.weight = weight
    initialHidden = first
    let width = plan.width
    gates.withUnsafeMutableBuffer { gates in
      hidden.withUnsafeMutableBuffer { hidden in
        fed.withUnsafeMutableBuffer { fed in
          scratch.withUnsafeMutableBuffer { scratch in
            Tensor.withElements(of: [weight, bias, first]) { inputs in
              guard let gates = gates.baseAddress, let hidden = hidden.baseAddress, let fed = fed.baseAddress,
                let scratch = scratch.baseAddress
              else { return }
              let (bias, first) = (inputs[1], inputs[2])
              let weight = RecurrentWeight(
                inputs[0], inputs: width, outputs: 3 * width, inputStride: 1, outputStride: width)
              parallelFor(plan.blocks) { _, rows in
                let kernels = Kernels.current
                let panels = Storage<Float>(count: weight.scratchCount(rows: rows.count))
                let recurrent = scratch + 3 * rows.lowerBound * width
                var before = first
                for step in 0..<plan.length {
                  let place = plan.place(step)
                  let start = place * plan.rows * width
                  for row in 0..<rows.count {
                    (recurrent + 3 * row * width).update(from: bias, count: 3 * width)
                  }
                  weight.addProducts(
                    rows: rows.count, states: before + rows.lowerBound * width, stateStride: width,
                    to: recurrent, sumStride: 3 * width, scratch: panels.pointer)
                  for row in rows {
                    let (old, new) = (row * width, start + row * width)
                    if plan.isActive(row: row, place: place) {
                      kernels.pointee.gru_step(
                        gates + 3 * new, scratch + 3 * old, before + old, hidden + new, fed + new, width)
                    } else {
                      (hidden + new).update(from: before + old, count: width)
                    }
                  }
                  before = UnsafePointer(hidden + start)
                }
              }
            }
          }
        }
      }
    }
    self.gates = gates
    self.hidden = hidden
    self.fed = fed
  }

  /// What the gradient of the states gives.
  package struct Gradients {
    /// Of W x + b, `[length, n, 3 · width]`.
    package let inputGates: Tensor<Float>
    /// Of R, and of d.
    package let weight, bias: Tensor<Float>
    /// Of h before the first step, `[n, width]`.
    package let hidden: Tensor<Float>
  }

  /// The way back from the gradient of ``hidden``, `[length, n, width]`.
  package func pullBack(_ gradient: Tensor<Float>) -> Gradients {
    let width = plan.width
    var (gateGradients, recurrentGradients) = (
      Tensor<Float>.zeros(gates.shape), Tensor<Float>.zeros(gates.shape)
    )
    var hiddenGradient = Tensor<Float>.zeros(initialHidden.shape)
    gateGradients.withUnsafeMutableBuffer { out in
      recurrentGradients.withUnsafeMutableBuffer { recurrent in
        hiddenGradient.withUnsafeMutableBuffer { carried in
          Tensor.withElements(of: [gradient, gates, fed, hidden, initialHidden, weight]) { inputs in
            guard let out = out.baseAddress, let recurrent = recurrent.baseAddress,
              let carried = carried.baseAddress
            else { return }
            let (gradient, gates, fed) = (inputs[0], inputs[1], inputs[2])
            let (hidden, first) = (inputs[3], inputs[4])
            let weight = RecurrentWeight(
              inputs[5], inputs: 3 * width, outputs: width, inputStride: width, outputStride: 1)
            parallelFor(plan.blocks) { _, rows in
              let kernels = Kernels.current
              let scratch = Storage<Float>(count: weight.scratchCount(rows: rows.count))
              for step in (0..<plan.length).reversed() {
                let place = plan.place(step)
                let start = place * plan.rows * width
                let before = step == 0 ? first : hidden + plan.place(step - 1) * plan.rows * width
                for row in rows {
                  let (old, new) = (row * width, start + row * width)
                  let total = carried + old
                  kernels.pointee.add(total, gradient + new, total, width)
                  // A state that was passed on keeps its gradient, and its gates have none.
                  guard plan.isActive(row: row, place: place) else { continue }
                  kernels.pointee.gru_step_backward(
                    gates + 3 * new, fed + new, before + old, total, out + 3 * new, recurrent + 3 * new, width
                  )
                }
                weight.addProducts(
                  rows: rows.count, states: recurrent + 3 * (start + rows.lowerBound * width),
                  stateStride: 3 * width, to: carried + rows.lowerBound * width, sumStride: width,
                  scratch: scratch.pointer)
              }
            }
          }
        }
      }
    }
    return Gradients(
      inputGates: gateGradients,
      weight: plan.weightGradient(recurrentGradients, states: hidden, initial: initialHidden),
      bias: recurrentGradients.sum(along: [0, 1]), hidden: hiddenGradient)
  }
}
