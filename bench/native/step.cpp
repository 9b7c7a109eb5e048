// Trains the models that bench/TorchStep names and times it. One line in, one line out, so that the caller can alternate between
// implementations:   <widths, e.g. 13-64-1> <batch> <steps>   ->   <nanoseconds a step>
// The "widths" add stand for one addition of two tensors of `batch` elements: what crossing the border costs.
#include <torch/torch.h>

#include <chrono>
#include <iostream>
#include <map>
#include <sstream>

namespace {

struct Training {
    torch::nn::Sequential model;
    torch::Tensor input, target;
    std::unique_ptr<torch::optim::SGD> optimizer;

    Training(const std::string& widths, int64_t batch) {
        torch::manual_seed(0);
        std::istringstream parts(widths);
        std::vector<int64_t> sizes;
        for (std::string part; std::getline(parts, part, '-');) {
            sizes.push_back(std::stoll(part));
        }
        for (size_t i = 0; i + 1 < sizes.size(); ++i) {
            if (i > 0) {
                model->push_back(torch::nn::ReLU());
            }
            model->push_back(torch::nn::Linear(sizes[i], sizes[i + 1]));
        }
        input = torch::randn({batch, sizes.front()});
        target = torch::rand({batch, 1}).gt(0.5).to(torch::kFloat32);
        optimizer = std::make_unique<torch::optim::SGD>(model->parameters(), torch::optim::SGDOptions(0.05));
    }

    void step() {
        model->zero_grad(true); // drops gradients; the optimizer's own only zeroes them in libtorch 1.13
        auto loss = torch::binary_cross_entropy_with_logits(model->forward(input), target);
        loss.backward();
        optimizer->step();
    }
};

template <class F>
double nanoseconds(int64_t steps, F&& step) {
    auto start = std::chrono::steady_clock::now();
    for (int64_t i = 0; i < steps; ++i) {
        step();
    }
    auto elapsed = std::chrono::steady_clock::now() - start;
    return std::chrono::duration<double, std::nano>(elapsed).count() / static_cast<double>(steps);
}

double addition(int64_t size, int64_t steps) {
    torch::NoGradGuard no_grad;
    auto x = torch::ones(size), y = torch::ones(size);
    return nanoseconds(steps, [&] { auto sum = x.add(y); });
}

} // namespace

int main() {
    at::set_num_threads(1);
    std::map<std::string, std::unique_ptr<Training>> trainings;
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream words(line);
        std::string widths;
        int64_t batch = 0, steps = 0;
        words >> widths >> batch >> steps;
        if (widths == "add") {
            std::cout << addition(batch, steps) << std::endl;
            continue;
        }
        auto& training = trainings[widths + "/" + std::to_string(batch)];
        if (!training) {
            training = std::make_unique<Training>(widths, batch);
        }
        std::cout << nanoseconds(steps, [&] { training->step(); }) << std::endl;
    }
}
