// Automatic differentiation, layers, losses and optimizer steps.
#include "shim.h"

using namespace ts;

TS_API status ts_backward(handle loss, handle gradient, int32_t retain_graph, int32_t create_graph) {
    return run([=] {
        torch::autograd::backward({*ref(loss)}, {gradient ? *ref(gradient) : Tensor()}, retain_graph != 0, create_graph != 0);
    });
}

TS_API status ts_backward_many(
    const handle* roots, int32_t root_count, const handle* gradients, int32_t gradient_count, int32_t retain_graph, int32_t create_graph,
    const handle* inputs, int32_t input_count) {
    return run([=] {
        torch::autograd::backward(
            tensors(roots, root_count), tensors(gradients, gradient_count), retain_graph != 0, create_graph != 0, tensors(inputs, input_count));
    });
}

/// Writes one gradient an input; null where `allow_unused` let an input have none.
TS_API status ts_autograd_grad(
    const handle* outputs, int32_t output_count, const handle* inputs, int32_t input_count, const handle* gradients, int32_t gradient_count,
    int32_t retain_graph, int32_t create_graph, int32_t allow_unused, handle* results) {
    return run([=] {
        auto found = torch::autograd::grad(
            tensors(outputs, output_count), tensors(inputs, input_count), tensors(gradients, gradient_count), retain_graph != 0,
            create_graph != 0, allow_unused != 0);
        for (size_t i = 0; i < found.size(); ++i) {
            results[i] = own(found[i]);
        }
    });
}

TS_API handle ts_linear(handle input, handle weight, handle bias) {
    return give([=] { return bias ? at::linear(*ref(input), *ref(weight), *ref(bias)) : at::linear(*ref(input), *ref(weight)); });
}
TS_API handle ts_softplus(handle a, double beta, double threshold) {
    return give([=] { return at::softplus(*ref(a), beta, threshold); });
}
TS_API handle ts_leaky_relu(handle a, double slope) {
    return give([=] { return at::leaky_relu(*ref(a), slope); });
}
TS_API handle ts_elu(handle a, double alpha) {
    return give([=] { return at::elu(*ref(a), alpha); });
}
TS_API handle ts_gelu(handle a) {
    return give([=] { return at::gelu(*ref(a)); });
}
TS_API handle ts_silu(handle a) {
    return give([=] { return at::silu(*ref(a)); });
}
TS_API handle ts_log_sigmoid(handle a) {
    return give([=] { return at::log_sigmoid(*ref(a)); });
}
TS_API status ts_relu_(handle a) {
    return run([=] { ref(a)->relu_(); });
}
TS_API handle ts_dropout(handle a, double p, int32_t train) {
    return give([=] { return at::dropout(*ref(a), p, train != 0); });
}
TS_API status ts_dropout_(handle a, double p, int32_t train) {
    return run([=] { at::dropout_(*ref(a), p, train != 0); });
}

TS_API handle ts_bce(handle input, handle target, handle weight, int64_t reduction) {
    return give([=] { return at::binary_cross_entropy(*ref(input), *ref(target), maybe(weight), reduction); });
}
TS_API handle ts_bce_with_logits(handle input, handle target, handle weight, handle pos_weight, int64_t reduction) {
    return give([=] { return at::binary_cross_entropy_with_logits(*ref(input), *ref(target), maybe(weight), maybe(pos_weight), reduction); });
}
TS_API handle ts_mse(handle input, handle target, int64_t reduction) {
    return give([=] { return at::mse_loss(*ref(input), *ref(target), reduction); });
}
TS_API handle ts_cross_entropy(handle input, handle target, handle weight, int64_t reduction, int64_t ignore_index, double smoothing) {
    return give([=] { return at::cross_entropy_loss(*ref(input), *ref(target), maybe(weight), reduction, ignore_index, smoothing); });
}

/// Sets every gradient to zero, or drops it.
TS_API status ts_zero_grad(const handle* parameters, int32_t count, int32_t set_to_none) {
    return run([=] {
        for (int32_t i = 0; i < count; ++i) {
            ref parameter(parameters[i]);
            auto& gradient = parameter->mutable_grad();
            if (!gradient.defined()) {
                continue;
            }
            if (set_to_none) {
                gradient.reset();
            } else {
                gradient.detach_().zero_();
            }
        }
    });
}

/// One step of SGD over all parameters of a group; parameters without a gradient are left alone.
/// `buffers` holds each parameter's momentum: null before its first step, owned by the caller after it.
TS_API status ts_sgd_step(
    const handle* parameters, handle* buffers, int32_t count, double rate, double momentum, double dampening, double weight_decay,
    int32_t nesterov, int32_t maximize) {
    return run([=] {
        at::NoGradGuard no_grad;
        for (int32_t i = 0; i < count; ++i) {
            ref parameter(parameters[i]);
            Tensor gradient = parameter->grad();
            if (!gradient.defined()) {
                continue;
            }
            if (maximize) {
                gradient = gradient.neg();
            }
            if (weight_decay != 0) {
                gradient = gradient.add(*parameter, weight_decay);
            }
            if (momentum != 0) {
                if (buffers[i]) {
                    ref(buffers[i])->mul_(momentum).add_(gradient, 1 - dampening);
                } else {
                    buffers[i] = own(gradient.detach().clone());
                }
                gradient = nesterov ? gradient.add(*ref(buffers[i]), momentum) : *ref(buffers[i]);
            }
            parameter->add_(gradient, -rate);
        }
    });
}

/// One step of Adam (Kingma and Ba 2015, algorithm 1; AMSGrad after Reddi et al. 2018), or of AdamW when `decoupled`.
/// Three buffers a parameter, in the order first moment, second moment, greatest second moment; `steps` counts each one's steps.
TS_API status ts_adam_step(
    const handle* parameters, handle* buffers, int64_t* steps, int32_t count, double rate, double beta1, double beta2, double eps,
    double weight_decay, int32_t amsgrad, int32_t maximize, int32_t decoupled) {
    return run([=] {
        at::NoGradGuard no_grad;
        for (int32_t i = 0; i < count; ++i) {
            ref parameter(parameters[i]);
            Tensor gradient = parameter->grad();
            if (!gradient.defined()) {
                continue;
            }
            if (maximize) {
                gradient = gradient.neg();
            }
            if (weight_decay != 0) {
                if (decoupled) {
                    parameter->mul_(1 - rate * weight_decay);
                } else {
                    gradient = gradient.add(*parameter, weight_decay);
                }
            }
            handle* state = buffers + 3 * static_cast<size_t>(i);
            if (!state[0]) {
                state[0] = own(at::zeros_like(*parameter));
                state[1] = own(at::zeros_like(*parameter));
                state[2] = amsgrad ? own(at::zeros_like(*parameter)) : nullptr;
            }
            auto step = static_cast<double>(++steps[i]);
            auto correction1 = 1 - std::pow(beta1, step);
            auto correction2 = 1 - std::pow(beta2, step);
            ref first(state[0]), second(state[1]);
            first->mul_(beta1).add_(gradient, 1 - beta1);
            second->mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
            Tensor denominator;
            if (amsgrad) {
                ref greatest(state[2]);
                at::maximum_out(*greatest, *greatest, *second);
                denominator = greatest->sqrt().div_(std::sqrt(correction2)).add_(eps);
            } else {
                denominator = second->sqrt().div_(std::sqrt(correction2)).add_(eps);
            }
            parameter->addcdiv_(*first, denominator, -rate / correction1);
        }
    });
}

/// Scales all gradients so that the norm of their concatenation is at most `max_norm`; returns that norm before scaling, or NaN on an error.
TS_API status ts_clip_grad_norm_(const handle* parameters, int32_t count, double max_norm, double norm_type, double* total) {
    return run([=] {
        at::NoGradGuard no_grad;
        std::vector<Tensor> gradients, norms;
        for (int32_t i = 0; i < count; ++i) {
            Tensor gradient = ref(parameters[i])->grad();
            if (gradient.defined()) {
                gradients.push_back(gradient);
                norms.push_back(at::linalg_vector_norm(gradient, norm_type));
            }
        }
        *total = gradients.empty() ? 0 : at::linalg_vector_norm(at::stack(norms), norm_type).item<double>();
        auto factor = max_norm / (*total + 1e-6); // 1e-6: as PyTorch, so that a zero norm divides
        if (factor < 1) {
            for (auto& gradient : gradients) {
                gradient.mul_(factor);
            }
        }
    });
}
